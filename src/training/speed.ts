import type { Limits } from './schedule.js';

/** Weight of the newest measurement in the running average. */
const NEWEST = 0.1;
/** Minimum length of a pause in seconds. */
const PAUSE = 0.5;
/** Approximate time of the forward pass as a fraction of a training step. */
const FORWARD = 1 / 3;

/** Measures the speed of a run, in seconds, from the times at which its steps end. */
export class Speed {
  /** Running average of the seconds per step. */
  secondsPerStep = 0;
  private last: number;
  private busy = 0;
  private steps = 0;
  private hasPaused = false;
  private validations = 0;
  private validating = 0;

  /** @param validationWindows batches of a validation, to estimate its time before the first one ends */
  constructor(
    private readonly charactersPerStep: number,
    private readonly validationWindows: number,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.last = now();
  }

  /** Restarts the clock: the time since the last step was spent on something else. */
  resume(): void {
    this.last = this.now();
  }

  /** Records the end of a step. */
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

  /** Whether one step took far longer than the previous ones: the process was stopped, or the machine slept. */
  private isPause(seconds: number): boolean {
    this.hasPaused = !this.hasPaused && this.steps > 0 && seconds > PAUSE && seconds > 10 * this.secondsPerStep;
    return this.hasPaused;
  }

  /** Waits for a validation and measures its time. */
  async validation<T>(work: Promise<T>): Promise<T> {
    const start = this.now();
    const result = await work;
    this.validating += this.now() - start;
    this.validations++;
    return result;
  }

  /** Mean seconds per validation so far; an estimate before the first one. */
  get secondsPerValidation(): number {
    if (this.validations > 0) return this.validating / this.validations;
    return this.validationWindows * this.secondsPerStep * FORWARD;
  }

  /** Running average of the characters per second. */
  get charactersPerSecond(): number {
    return this.secondsPerStep > 0 ? this.charactersPerStep / this.secondsPerStep : 0;
  }

  /** Mean characters per second over all steps. */
  get meanCharactersPerSecond(): number {
    return this.busy > 0 ? (this.charactersPerStep * this.steps) / this.busy : 0;
  }
}

/** What the remaining time of a run depends on. */
export interface Standing extends Limits {
  /** Steps done, and seconds that the run has taken so far. */
  readonly step: number;
  readonly seconds: number;
  /** Steps between two validations, or null when nothing is held out. */
  readonly validateEvery: number | null;
  readonly secondsPerStep: number;
  readonly secondsPerValidation: number;
}

/** Returns the seconds until the end of a run, including validations; null when it has no limit. */
export function secondsLeft(run: Standing): number | null {
  const { totalSteps, totalSeconds, step, seconds, secondsPerStep, secondsPerValidation } = run;
  const bySteps =
    totalSteps === null
      ? Number.POSITIVE_INFINITY
      : (totalSteps - step) * secondsPerStep + validationsLeft(run, totalSteps) * secondsPerValidation;
  // When the time is up, one validation still closes the history.
  const closing = run.validateEvery === null ? 0 : secondsPerValidation;
  const byTime = totalSeconds === null ? Number.POSITIVE_INFINITY : Math.max(0, totalSeconds - seconds) + closing;
  const left = Math.min(bySteps, byTime);
  return Number.isFinite(left) ? left : null;
}

/** Counts the validations left. A step is reported before its own validation; the run always ends with one. */
function validationsLeft({ step, validateEvery }: Standing, totalSteps: number): number {
  if (validateEvery === null) return 0;
  return Math.ceil(totalSteps / validateEvery) - Math.floor((step - 1) / validateEvery);
}
