/** Weight of the newest measurement in the running speed. */
const NEWEST = 0.1;

/** How fast a run is and how long it will last, from the times at which its steps ended. Seconds. */
export class Speed {
  private last: number;
  private secondsPerStep = 0;
  private busy = 0;
  private steps = 0;

  constructor(
    private readonly charactersPerStep: number,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.last = now();
  }

  /** Begins to count: the time since the last step was spent on something else. */
  resume(): void {
    this.last = this.now();
  }

  /** A step has ended. */
  step(): void {
    const now = this.now();
    const seconds = now - this.last;
    this.last = now;
    this.busy += seconds;
    this.steps++;
    // The first steps are slower: kernels are still being compiled.
    const weight = Math.max(NEWEST, 1 / this.steps);
    this.secondsPerStep += (seconds - this.secondsPerStep) * weight;
  }

  /** Characters per second of late. */
  get charactersPerSecond(): number {
    return this.secondsPerStep > 0 ? this.charactersPerStep / this.secondsPerStep : 0;
  }

  /** Characters per second over all steps. */
  get meanCharactersPerSecond(): number {
    return this.busy > 0 ? (this.charactersPerStep * this.steps) / this.busy : 0;
  }

  /** Seconds that so many steps will take. */
  secondsFor(steps: number): number {
    return steps * this.secondsPerStep;
  }
}
