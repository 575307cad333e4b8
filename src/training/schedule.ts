import type { TrainingProgress } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { formatCount } from '../format.js';
import { cosPi, power } from '../mathematics.js';
import type { TrainingOptions } from '../options/training-options.js';

type ScheduleOptions = Pick<
  TrainingOptions,
  'schedule' | 'learning-rate' | 'warm-up' | 'decay-factor' | 'decay-every' | 'final-learning-rate'
>;

/**
 * The learning rate of step number `step` (from 1).
 * constant: the highest rate; step: × decay-factor every decay-every epochs; cosine: half a cosine from the highest
 * rate to its final share (Loshchilov and Hutter, 2017). Warm-up multiplies by step/warm-up until that is 1.
 *
 * @param progress share of the run that is over, 0 … 1, for the cosine
 */
export function learningRate(options: ScheduleOptions, step: number, stepsPerEpoch: number, progress: number): number {
  const highest = options['learning-rate'];
  const warmUp = options['warm-up'];
  return highest * decay(options, step, stepsPerEpoch, progress) * (step < warmUp ? step / warmUp : 1);
}

function decay(options: ScheduleOptions, step: number, stepsPerEpoch: number, progress: number): number {
  if (options.schedule === 'step') {
    const epochs = (step - 1) / stepsPerEpoch;
    return power(options['decay-factor'], Math.floor(epochs / options['decay-every']));
  }
  if (options.schedule === 'cosine') {
    const final = options['final-learning-rate'];
    return final + ((1 - final) * (1 + cosPi(Math.min(Math.max(progress, 0), 1)))) / 2;
  }
  return 1;
}

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

/** How often something is done: after so many steps or after so many seconds; neither is never. */
export interface Interval {
  readonly steps?: number;
  readonly seconds?: number;
}

/**
 * The interval in a text: `500` steps, `5m` or `0.5min` minutes, `0` never.
 * @param option its name, for the message
 * @throws CharrnnError usage, for anything else
 */
export function intervalOf(option: string, text: string): Interval {
  const [, number, unit] = /^(\d+|\d*\.\d+|\d+\.\d*)(m|min|minutes?)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  const isWhole = unit !== undefined || Number.isSafeInteger(value);
  if (number === undefined || !isWhole || value > 1e9) {
    throw new CharrnnError(`--${option} ${JSON.stringify(text)}: must be steps, as in 500, or minutes, as in 5m`, 2);
  }
  if (value === 0) return {};
  return unit === undefined ? { steps: value } : { seconds: 60 * value };
}
