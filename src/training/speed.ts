import type { Limits } from './schedule.js';

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

/** What the time that a run still takes depends on. */
export interface Standing extends Limits {
  /** Steps done, and the seconds that the run has taken. */
  readonly step: number;
  readonly seconds: number;
  /** Steps between two validations, or null where nothing is held out. */
  readonly validateEvery: number | null;
  readonly secondsPerStep: number;
  readonly secondsPerValidation: number;
}

/** Seconds until the end of a run, its validations included; null where nothing says when it ends. */
export function secondsLeft(run: Standing): number | null {
  const { totalSteps, totalSeconds, step, seconds, secondsPerStep, secondsPerValidation } = run;
  const bySteps =
    totalSteps === null
      ? Number.POSITIVE_INFINITY
      : (totalSteps - step) * secondsPerStep + validationsLeft(run, totalSteps) * secondsPerValidation;
  // When the time is over there is still the validation that closes the history.
  const closing = run.validateEvery === null ? 0 : secondsPerValidation;
  const byTime = totalSeconds === null ? Number.POSITIVE_INFINITY : Math.max(0, totalSeconds - seconds) + closing;
  const left = Math.min(bySteps, byTime);
  return Number.isFinite(left) ? left : null;
}

/** A step is told before the validation behind it; at the end there is one, be it due or not. */
function validationsLeft({ step, validateEvery }: Standing, totalSteps: number): number {
  if (validateEvery === null) return 0;
  return Math.ceil(totalSteps / validateEvery) - Math.floor((step - 1) / validateEvery);
}
