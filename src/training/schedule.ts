import type { TrainingProgress } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { formatCount } from '../format.js';
import { cosPi, power } from '../mathematics.js';
import type { RunConfig, ScheduleConfig } from '../options/training-options.js';

/**
 * Returns the learning rate of step number `step` (from 1):
 * - constant: the highest rate
 * - step: × decayFactor every decayEvery epochs
 * - cosine: half a cosine from the highest rate to its final fraction (Loshchilov and Hutter, 2017)
 *
 * Warm-up multiplies it by step/warmUp until that is 1.
 *
 * @param highest the highest learning rate
 * @param progress fraction of the run that is done, 0 … 1, for the cosine
 */
export function learningRate(
  highest: number,
  schedule: ScheduleConfig,
  step: number,
  stepsPerEpoch: number,
  progress: number,
): number {
  const { warmUp } = schedule;
  return highest * decay(schedule, step, stepsPerEpoch, progress) * (step < warmUp ? step / warmUp : 1);
}

function decay(schedule: ScheduleConfig, step: number, stepsPerEpoch: number, progress: number): number {
  if (schedule.name === 'step') {
    const epochs = (step - 1) / stepsPerEpoch;
    return power(schedule.decayFactor, Math.floor(epochs / schedule.decayEvery));
  }
  if (schedule.name === 'cosine') {
    const final = schedule.finalLearningRate;
    return final + ((1 - final) * (1 + cosPi(Math.min(Math.max(progress, 0), 1)))) / 2;
  }
  return 1;
}

/** Passes over the corpus when no limit is given. */
export const DEFAULT_EPOCHS = 10;

/** The limits of a run, which ends at the first one. */
export interface Limits {
  /** Total steps, or null when only the time counts. */
  readonly totalSteps: number | null;
  readonly totalSeconds: number | null;
}

/** Computes limits from epochs, steps and minutes; ten epochs when none is given. */
export function limits(
  { epochs, steps, minutes }: Pick<RunConfig, 'epochs' | 'steps' | 'minutes'>,
  stepsPerEpoch: number,
): Limits {
  const given = epochs ?? (steps === undefined && minutes === undefined ? DEFAULT_EPOCHS : undefined);
  const byEpochs = given === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.round(given * stepsPerEpoch));
  const total = Math.min(byEpochs, steps ?? Number.POSITIVE_INFINITY);
  return {
    totalSteps: Number.isFinite(total) ? total : null,
    totalSeconds: minutes === undefined ? null : minutes * 60,
  };
}

/** Returns the fraction of the run that is done before a step: by steps or by time, whichever is further. */
export function progressOf({ totalSteps, totalSeconds }: Limits, step: number, seconds: number): number {
  const bySteps = totalSteps === null ? 0 : (step - 1) / totalSteps;
  const byTime = totalSeconds === null ? 0 : seconds / totalSeconds;
  return Math.max(bySteps, byTime);
}

/** @throws CharrnnError (exit code 2) when a resumed run has nothing left to do */
export function refuseCompleted(
  path: string,
  { step, seconds }: Pick<TrainingProgress, 'step' | 'seconds'>,
  { totalSteps, totalSeconds }: Limits,
): void {
  const remedy = line`give ${option('epochs')}, ${option('steps')} or ${option('minutes')} beyond that`;
  if (totalSteps !== null && step >= totalSteps) {
    const done = `step ${formatCount(step)} of ${formatCount(totalSteps)}`;
    throw new CharrnnError(line`${path}: its training is complete, ${done}; to continue, ${remedy}`, 2);
  }
  if (totalSeconds !== null && seconds !== null && seconds >= totalSeconds) {
    const done = `${(seconds / 60).toFixed(1)} of ${totalSeconds / 60} minutes`;
    throw new CharrnnError(line`${path}: its training is complete, ${done}; to continue, ${remedy}`, 2);
  }
}
