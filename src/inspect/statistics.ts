export interface Statistics {
  /** Euclidean norm. */
  readonly norm: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Of a tensor's values, at least one; sums are in double precision. */
export function statisticsOf(values: Float32Array): Statistics {
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { norm: Math.sqrt(squares), mean: sum / values.length, min, max };
}
