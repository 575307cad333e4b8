import { CharrnnError } from '../errors.js';
import { exp } from '../mathematics.js';

// What a model says of the next symbol. Sums are taken in the order of the symbols and ties go to the first, so that
// every machine finds the same.

/**
 * Weights of the symbols, exp((logit − largest)/temperature): softmax before the division, with 1 for the likeliest.
 *
 * @param logits (V)
 * @param temperature above 0
 * @param weights (V), where they go
 * @returns their sum
 * @throws CharrnnError when a logit is not finite: weights can be finite, and yet so large that their products are not
 */
export function weigh(logits: ArrayLike<number>, temperature: number, weights: Float64Array): number {
  const best = logits[likeliest(logits)];
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = exp((logits[i] - best) / temperature);
    total += weights[i];
  }
  return total;
}

/** The first symbol with the largest logit. @throws CharrnnError when a logit is not finite */
export function likeliest(logits: ArrayLike<number>): number {
  let index = 0;
  for (let i = 0; i < logits.length; i++) {
    const logit = logits[i];
    if (logit - logit !== 0) throw notFinite(logit);
    if (logit > logits[index]) index = i;
  }
  return index;
}

const notFinite = (logit: number): CharrnnError =>
  new CharrnnError(`the model's output is ${logit}; its weights are too large, use another checkpoint`);

/**
 * The symbol at a place of the distribution.
 * @param weights (V), not negative, with sum `total`
 * @param random in [0, 1)
 */
export function draw(weights: Float64Array, total: number, random: number): number {
  let rest = random * total;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    rest -= weights[i];
    last = i;
    if (rest < 0) break;
  }
  // Rounding may leave a little behind the last one.
  return last;
}
