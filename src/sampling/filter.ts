/** Which symbols may be chosen at all; each is off unless it is given. */
export interface Filters {
  /** Only the K with the largest weights. */
  readonly 'top-k'?: number | undefined;
  /** Of those the fewest that together have at least this share of the weight; one at least. */
  readonly 'top-p'?: number | undefined;
  /** Of those the ones with at least this share of the largest weight. */
  readonly 'min-p'?: number | undefined;
}

/**
 * Sets to zero the weights (V) that top-k, then top-p, then min-p leave out. Of equal weights the first symbol counts
 * as the larger.
 * @returns the sum of the weights that stay
 */
export function filter(weights: Float64Array, filters: Filters): number {
  const { 'top-k': k = weights.length, 'top-p': p = 1, 'min-p': least = 0 } = filters;
  if (k < weights.length || p < 1) keepFirst(weights, k, p);
  const lowest = least * largest(weights);
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] < lowest) weights[i] = 0;
    total += weights[i];
  }
  return total;
}

/** Keeps the largest weights: `k` of them at most, and no more than have the share `p` of what those weigh. */
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
