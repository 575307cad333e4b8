/** Weight of the newest measurement in the running speed. */
const NEWEST = 0.1;
/** Seconds that a pause has at least. */
const PAUSE = 0.5;
/** About what part of a training step the same characters take without the way back. */
const FORWARD = 1 / 3;

/** How fast a run is and how long it will last, from the times at which its steps ended. Seconds. */
export class Speed {
  /** Seconds that a step takes of late. */
  secondsPerStep = 0;
  private last: number;
  private busy = 0;
  private steps = 0;
  private hasPaused = false;
  private validations = 0;
  private validating = 0;

  /** @param validationWindows batches of a validation, to guess its time before the first is over */
  constructor(
    private readonly charactersPerStep: number,
    private readonly validationWindows: number,
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

  /** Waits for a validation and takes its time. */
  async validation<T>(work: Promise<T>): Promise<T> {
    const start = this.now();
    const result = await work;
    this.validating += this.now() - start;
    this.validations++;
    return result;
  }

  /** Seconds of a validation: the mean so far. */
  get secondsPerValidation(): number {
    if (this.validations > 0) return this.validating / this.validations;
    return this.validationWindows * this.secondsPerStep * FORWARD;
  }

  /** Characters per second of late. */
  get charactersPerSecond(): number {
    return this.secondsPerStep > 0 ? this.charactersPerStep / this.secondsPerStep : 0;
  }

  /** Characters per second over all steps. */
  get meanCharactersPerSecond(): number {
    return this.busy > 0 ? (this.charactersPerStep * this.steps) / this.busy : 0;
  }
}
