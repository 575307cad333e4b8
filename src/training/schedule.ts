import { cosPi, power } from '../mathematics.js';
import type { TrainingOptions } from '../options.js';

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
