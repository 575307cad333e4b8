// Choosing the next symbol from a model's logits. Sums run in symbol order and ties go to the first symbol, so that
// every machine gets the same result.

import { CharrnnError } from '../errors.js';
import { exp, log } from '../mathematics.js';

/**
 * Computes symbol weights exp((logit − largest)/temperature): an unnormalised softmax in which the likeliest has 1.
 *
 * @param logits (V)
 * @param temperature above 0
 * @param weights (V), overwritten with the result
 * @returns the sum of the weights
 * @throws CharrnnError when a logit is not finite: a model's weights can be finite but too large to multiply
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

/** Returns the first symbol with the largest logit. @throws CharrnnError when a logit is not finite */
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
 * Draws a symbol from a distribution.
 * @param weights (V), non-negative, with sum `total`
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
  // Rounding may leave a small remainder after the last one.
  return last;
}

/** Which symbols may be chosen; a filter that is not given is off. */
export interface Filters {
  /** Keeps the K symbols with the largest weights. */
  readonly topK?: number | undefined;
  /** Of those, keeps the fewest that together have at least this fraction of the weight, and at least one. */
  readonly topP?: number | undefined;
  /** Of those, keeps the ones with at least this fraction of the largest weight. */
  readonly minP?: number | undefined;
}

/**
 * Sets the weights (V) that top-k, then top-p, then min-p exclude to zero. Of equal weights the first counts as larger.
 * @returns the sum of the remaining weights
 */
export function filter(weights: Float64Array, filters: Filters): number {
  const { topK: k = weights.length, topP: p = 1, minP: least = 0 } = filters;
  if (k < weights.length || p < 1) keepFirst(weights, k, p);
  const lowest = least * largest(weights);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] < lowest) weights[i] = 0;
    total += weights[i];
  }
  return total;
}

/** Keeps at most the `k` largest weights, and of those only the fewest that reach the fraction `p` of their sum. */
function keepFirst(weights: Float64Array, k: number, p: number): void {
  const order = Uint32Array.from(weights.keys()).sort((a, b) => weights[b] - weights[a] || a - b);
  const among = order.subarray(0, k);
  let wanted = 0;
  for (const i of among) wanted += p * weights[i];
  let kept = 0;
  let count = 0;
  while (count < among.length && (count === 0 || kept < wanted || p === 1)) kept += weights[among[count++]];
  for (const i of order.subarray(count)) weights[i] = 0;
}

const largest = (weights: Float64Array): number => weights.reduce((most, weight) => Math.max(most, weight), 0);

/** How a symbol is chosen from a distribution: by temperature, then top-k, then top-p, then min-p. */
export interface Choice extends Filters {
  /** Divides the logits; 0 always takes the likeliest symbol. */
  readonly temperature: number;
}

/** Chooses symbols from logits. The same random number yields the same symbol on every machine. */
export class Chooser {
  private readonly weights: Float64Array;
  private readonly filters: Filters | undefined;

  /** @param symbols number of symbols in the vocabulary (V) */
  constructor(
    symbols: number,
    private readonly choice: Choice,
  ) {
    this.weights = new Float64Array(symbols);
    const { topK, topP, minP } = choice;
    if (topK !== undefined || topP !== undefined || minP !== undefined) this.filters = choice;
  }

  /**
   * @param logits (V)
   * @param random in [0, 1)
   * @throws CharrnnError when a logit is not finite
   */
  choose(logits: ArrayLike<number>, random: number): number {
    const { weights, filters } = this;
    const { temperature } = this.choice;
    if (temperature === 0) return likeliest(logits);
    const total = weigh(logits, temperature, weights);
    return draw(weights, filters ? filter(weights, filters) : total, random);
  }

  /** The model's own probability of a symbol: softmax(logits) at temperature 1, unfiltered. */
  probability(logits: ArrayLike<number>, symbol: number): number {
    const total = weigh(logits, 1, this.weights);
    return this.weights[symbol] / total;
  }

  /** Returns ln softmax(logits) (V) in an array that the next call overwrites. */
  logProbabilities(logits: ArrayLike<number>): Float64Array {
    const { weights } = this;
    const best = logits[likeliest(logits)];
    const rest = log(weigh(logits, 1, weights));
    for (let i = 0; i < weights.length; i++) weights[i] = logits[i] - best - rest;
    return weights;
  }
}
