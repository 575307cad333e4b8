// How well a number follows a property: by ranks alone, so that neither the scale of the number nor outliers matter. A
// property that is there or not gets the area under the ROC curve (AUC): the probability that the number is larger where
// it is there than where it is not. A count gets the rank correlation of Spearman.
//
// Both are computed from sums over bins of the number. Numbers in the same bin count as equal, which changes an area by at
// most half the fraction of pairs (there, not there) that share a bin.

/** The values of a property as they are summed, by the property's value. */
export interface Levels {
  /** 0 and 1, or the centred rank of a count, divided by the number of characters. */
  readonly weights: Float64Array;
  /** The mean of their squares over the part of the text; of interest for counts. */
  readonly meanSquare: number;
  readonly kind: 'binary' | 'count';
}

/** Returns the levels of a property on a part of a text. */
export function levelsOf(kind: Levels['kind'], values: Uint16Array): Levels {
  if (kind === 'binary') return { kind, weights: Float64Array.of(0, 1), meanSquare: Number.NaN };
  const counts: number[] = [];
  for (let i = 0; i < values.length; i++) counts[values[i]] = (counts[values[i]] ?? 0) + 1;
  const weights = new Float64Array(counts.length);
  let below = 0;
  let squares = 0;
  for (let level = 0; level < counts.length; level++) {
    const count = counts[level] ?? 0;
    const rank = (below + count / 2) / values.length - 0.5;
    weights[level] = rank;
    squares += count * rank * rank;
    below += count;
  }
  return { kind, weights, meanSquare: squares / values.length };
}

/**
 * Returns the score of a number whose bins have these counts and sums of a property's weights, in the order of the bins:
 * of all characters of the part, or of a sample.
 * 0.5 of an area and 0 of a correlation say nothing.
 */
export function rankScore(
  { kind, meanSquare }: Pick<Levels, 'kind' | 'meanSquare'>,
  counts: Float64Array,
  sums: Float64Array,
): number {
  return kind === 'binary' ? areaUnderCurve(counts, sums) : rankCorrelation(counts, sums, meanSquare);
}

function areaUnderCurve(counts: Float64Array, positives: Float64Array): number {
  let [negativesBelow, total, pairs] = [0, 0, 0];
  for (let b = 0; b < counts.length; b++) {
    const negatives = counts[b] - positives[b];
    pairs += positives[b] * (negativesBelow + negatives / 2);
    total += positives[b];
    negativesBelow += negatives;
  }
  return total > 0 && negativesBelow > 0 ? pairs / (total * negativesBelow) : 0.5;
}

function rankCorrelation(counts: Float64Array, sums: Float64Array, meanSquare: number): number {
  let n = 0;
  for (let b = 0; b < counts.length; b++) n += counts[b];
  let [below, products, squares] = [0, 0, 0];
  for (let b = 0; b < counts.length; b++) {
    const rank = (below + counts[b] / 2) / n - 0.5;
    products += rank * sums[b];
    squares += counts[b] * rank * rank;
    below += counts[b];
  }
  return squares > 0 && meanSquare > 0 ? products / Math.sqrt(squares * n * meanSquare) : 0;
}

/** How far a score is from saying nothing, on the scale of the scores: 0.9 for an area of 0.1 as well. */
export const strengthOf = (kind: Levels['kind'], score: number): number =>
  kind === 'binary' ? Math.max(score, 1 - score) : Math.abs(score);
