import type { Checkpoint } from '../checkpoint/checkpoint.js';

/**
 * A checkpoint as a reader needs it: without the states and the other weights of its training, nor, unless it is to
 * learn, the moments; several times the size of the model in all, which need not stay in memory.
 */
export function forReading({ training, ...model }: Checkpoint, learns: boolean): Checkpoint {
  if (!training) return model;
  const { latest: _latest, best: _best, average: _average, ...record } = training;
  return { ...model, training: { ...record, moments: learns ? training.moments : [], carried: [] } };
}
