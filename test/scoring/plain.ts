// The nats of a text, computed in the plainest way: one character at a time, with the model used for sampling.

import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { Sampler } from '../../src/sampling/sampler.js';
import { sourceOf } from '../sampling/models.js';

/** Nats of each symbol, NaN for the first; the state is reset after every `window` predictions. */
export function plainNats(
  { model, parameters }: Pick<Checkpoint, 'model' | 'parameters'>,
  symbols: ArrayLike<number>,
  window = Number.POSITIVE_INFINITY,
): number[] {
  const sampler = new Sampler(model, sourceOf({ parameters }));
  const nats = [Number.NaN];
  for (let i = 1; i < symbols.length; i++) {
    if ((i - 1) % window === 0) sampler.reset();
    const logits = sampler.read(symbols[i - 1]);
    const high = Math.max(...logits);
    nats.push(Math.log(logits.reduce((sum, y) => sum + Math.exp(y - high), 0)) + high - logits[symbols[i]]);
  }
  return nats;
}

/** The sum of the nats from index `first` on. */
export const sumFrom = (first: number, nats: readonly number[]): number =>
  nats.slice(Math.max(1, first)).reduce((sum, x) => sum + x, 0);
