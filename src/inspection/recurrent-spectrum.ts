import { cellsByName, type ModelShape } from '../model/shape.js';
import { Purpose, randomKey, uniform } from '../random.js';

/** How much the recurrent matrix Wh of a layer can stretch a state: its largest singular values. */
export interface RecurrentSpectrum {
  readonly layer: number;
  /** Of the whole matrix (H, G·H). */
  readonly whole: number;
  /** Of the block (H,H) of each gate or candidate. */
  readonly blocks: readonly { readonly block: string; readonly largest: number }[];
}

/** Computes the spectra of the layers of a model. @param weights values by the names of parameters */
export function recurrentSpectra(
  { cell, layers, hidden: H }: ModelShape,
  weights: ReadonlyMap<string, ArrayLike<number>>,
): RecurrentSpectrum[] {
  const names = cellsByName[cell].blocks;
  return Array.from({ length: layers }, (_, layer) => {
    const Wh = weights.get(`layer${layer}.Wh`);
    if (!Wh) throw new RangeError(`no recurrent matrix of layer ${layer}`);
    const matrix = (from: number, columns: number): Matrix => ({
      ...{ values: Wh, width: names.length * H, rows: H },
      ...{ from: from * H, columns: columns * H },
    });
    return {
      layer,
      whole: largestSingularValue(matrix(0, names.length)),
      blocks: names.map((block, i) => ({ block, largest: largestSingularValue(matrix(i, 1)) })),
    };
  });
}

/** Some columns of a row-major matrix. */
export interface Matrix {
  readonly values: ArrayLike<number>;
  /** Columns of the whole matrix. */
  readonly width: number;
  readonly rows: number;
  /** The first column, and their number. */
  readonly from: number;
  readonly columns: number;
}

/** The power iteration ends at this relative change of the value, or after so many steps. */
const TOLERANCE = 1e-10;
const MOST_STEPS = 1000;

/**
 * Returns the largest singular value of A, the square root of the largest eigenvalue of Aᵀ·A, by power iteration. It
 * never exceeds the true value; of two nearly equal ones, which the iteration cannot tell apart, it may be between.
 */
export function largestSingularValue({ values, width, rows, from, columns }: Matrix): number {
  // A random start has a part along the vector sought.
  const key = randomKey(0, Purpose.check, 1);
  let v = Float64Array.from({ length: columns }, (_, i) => uniform(key, i) - 0.5);
  let largest = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const scale = 1 / (norm(v) || 1);
    const next = new Float64Array(columns);
    let square = 0;
    for (let r = 0; r < rows; r++) {
      const at = r * width + from;
      let product = 0;
      for (let j = 0; j < columns; j++) product += values[at + j] * v[j];
      product *= scale;
      square += product * product;
      for (let j = 0; j < columns; j++) next[j] += values[at + j] * product;
    }
    const before = largest;
    largest = Math.sqrt(square);
    if (!(Math.abs(largest - before) > TOLERANCE * largest)) break;
    v = next;
  }
  return largest;
}

/** The Euclidean norm of some of the values. */
export function norm(values: ArrayLike<number>, from = 0, to = values.length): number {
  let square = 0;
  for (let i = from; i < to; i++) square += values[i] * values[i];
  return Math.sqrt(square);
}
