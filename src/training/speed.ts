/** Weight of the newest measurement in the running speed. */
const NEWEST = 0.1;
/** Seconds that a pause has at least. */
const PAUSE = 0.5;

/** How fast a run is and how long it will last, from the times at which its steps ended. Seconds. */
export class Speed {
  private last: number;
  private secondsPerStep = 0;
  private busy = 0;
  private steps = 0;
  private hasPaused = false;

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
    if (this.isPause(seconds)) return;
    this.busy += seconds;
    this.steps++;
    // The first steps are slower: kernels are still being compiled.
    const weight = Math.max(NEWEST, 1 / this.steps);
    this.secondsPerStep += (seconds - this.secondsPerStep) * weight;
  }

  /** One step that takes far longer than those before: the process was stopped, or the machine asleep. */
  private isPause(seconds: number): boolean {
    this.hasPaused = !this.hasPaused && this.steps > 0 && seconds > PAUSE && seconds > 10 * this.secondsPerStep;
    return this.hasPaused;
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
