import type { TrainingProgress } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { formatCount } from '../format.js';
import type { TrainingOptions } from '../options.js';

/** Passes over the corpus when nothing says when to stop. */
export const DEFAULT_EPOCHS = 10;

/** When a run ends: the first of what is given. */
export interface Limits {
  /** Steps in all, or null when only the time counts. */
  readonly totalSteps: number | null;
  readonly totalSeconds: number | null;
}

/** From `--epochs`, `--steps` and `--minutes`; ten epochs when none is given. */
export function limits({ epochs, steps, minutes }: TrainingOptions, stepsPerEpoch: number): Limits {
  const given = epochs ?? (steps === undefined && minutes === undefined ? DEFAULT_EPOCHS : undefined);
  const byEpochs = given === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.round(given * stepsPerEpoch));
  const total = Math.min(byEpochs, steps ?? Number.POSITIVE_INFINITY);
  return {
    totalSteps: Number.isFinite(total) ? total : null,
    totalSeconds: minutes === undefined ? null : minutes * 60,
  };
}

/** @throws CharrnnError usage, where a run that is to go on has nothing left to do */
export function refuseCompleted(
  path: string,
  { step, seconds }: Pick<TrainingProgress, 'step' | 'seconds'>,
  { totalSteps, totalSeconds }: Limits,
): void {
  const remedy = 'give --epochs, --steps or --minutes beyond that';
  if (totalSteps !== null && step >= totalSteps) {
    const done = `step ${formatCount(step)} of ${formatCount(totalSteps)}`;
    throw new CharrnnError(`${path}: its training is complete, ${done}; to go on, ${remedy}`, 2);
  }
  if (totalSeconds !== null && seconds !== null && seconds >= totalSeconds) {
    const done = `${(seconds / 60).toFixed(1)} of ${totalSeconds / 60} minutes`;
    throw new CharrnnError(`${path}: its training is complete, ${done}; to go on, ${remedy}`, 2);
  }
}
