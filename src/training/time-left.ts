import type { Limits } from './limits.js';

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
