import { CharrnnError } from '../errors.js';
import { exp } from '../mathematics.js';

/**
 * Chooses a symbol from logits: softmax(logits/temperature), summed in a fixed order, so that the same random number
 * gives the same symbol on every machine. Temperature 0 takes the largest logit, the first of equals.
 *
 * @param random in [0, 1)
 * @returns the index of a symbol
 * @throws CharrnnError when a logit is not finite: weights can be finite, and yet so large that their products are not
 */
export function choose(logits: ArrayLike<number>, temperature: number, random: number): number {
  checkFinite(logits);
  const best = largest(logits);
  if (temperature === 0) return best;
  const weights = Float64Array.from(logits, (logit) => exp((logit - logits[best]) / temperature));
  let total = 0;
  for (const weight of weights) total += weight;
  let rest = random * total;
  for (let i = 0; i < weights.length; i++) {
    rest -= weights[i];
    if (rest < 0) return i;
  }
  return best;
}

function checkFinite(logits: ArrayLike<number>): void {
  for (let i = 0; i < logits.length; i++) {
    if (Number.isFinite(logits[i])) continue;
    throw new CharrnnError(`the model's output is ${logits[i]}; its weights are too large, use another checkpoint`);
  }
}

function largest(values: ArrayLike<number>): number {
  let index = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[index]) index = i;
  return index;
}
