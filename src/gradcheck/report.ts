/** How far two sets of values of one tensor are apart: |a − b| / max(|a| + |b|, floor). */
export interface Comparison {
  readonly largestError: number;
  /** Flat index of the largest error, or of the first value that is not finite. */
  readonly index: number;
  /** Values compared. */
  readonly checked: number;
  readonly passed: boolean;
}

export interface GradcheckRow {
  /** A parameter, or the initial state of a layer. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Analytic gradients in float64 against central differences. */
  readonly numeric: Comparison;
  /** Gradients of the float32 kernels against the analytic ones in float64. */
  readonly kernels: Comparison;
}

export interface GradcheckReport {
  readonly cell: string;
  readonly layers: number;
  readonly hidden: number;
  readonly batch: number;
  readonly sequence: number;
  readonly numericBound: number;
  readonly kernelBound: number;
  readonly rows: readonly GradcheckRow[];
  readonly passed: boolean;
}

/**
 * The largest relative error between two arrays of the same length. Both signs count, and a NaN or an infinity on
 * either side never passes.
 * @param floor keeps the error of gradients that are zero but for rounding from being divided by next to nothing
 */
export function compare(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  floor: number,
  bound: number,
  indices: readonly number[] = Array.from(a, (_, i) => i),
): Comparison {
  let largestError = 0;
  let index = 0;
  for (const i of indices) {
    const error = Math.abs(a[i] - b[i]) / Math.max(Math.abs(a[i]) + Math.abs(b[i]), floor);
    if (!Number.isFinite(error)) {
      return { largestError: Number.POSITIVE_INFINITY, index: i, checked: indices.length, passed: false };
    }
    if (error > largestError) {
      largestError = error;
      index = i;
    }
  }
  return { largestError, index, checked: indices.length, passed: largestError <= bound };
}
