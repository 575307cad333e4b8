import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { featuresRead } from '../model/shape.js';
import { randomKey, uniform } from '../random.js';
import { Vocabulary } from '../text/vocabulary.js';
import type { CharacterMap } from './report-data.js';

/** Characters that a map has room for. */
const MOST = 1000;
const ITERATIONS = 500;
/** The relative change of both variances at which the iteration ends. */
const TOLERANCE = 1e-12;

/**
 * Maps the characters of a model: the rows of its first layer's input weights, projected on the two directions in which
 * they differ most. Characters that the model treats alike are near each other.
 * @returns null for a model that reads vectors, or too few symbols for a plane
 */
export function characterMap({ model, vocabulary: record, parameters }: Checkpoint): CharacterMap | null {
  if (featuresRead(model, 'layer') !== undefined) return null;
  const weights = parameters.find(({ name }) => name === 'layer0.Wx');
  const vocabulary = new Vocabulary(record);
  const count = Math.min(MOST, vocabulary.size);
  if (weights === undefined || count < 3) return null;
  const D = weights.shape[1];
  const rows = centred(weights.values, count, D);
  const [first, second] = principalComponents(rows, count, D);
  const total = rows.reduce((sum, value) => sum + value * value, 0);
  const largest = [...first.scores, ...second.scores].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scaled = (scores: Float64Array): number[] =>
    Array.from(scores, (value) => (largest === 0 ? 0 : Math.round((1e4 * value) / largest) / 1e4));
  return {
    characters: Array.from({ length: count }, (_, i) => vocabulary.characterOf(i)),
    x: scaled(first.scores),
    y: scaled(second.scores),
    explained: [total === 0 ? 0 : first.variance / total, total === 0 ? 0 : second.variance / total],
    leftOut: vocabulary.size - count,
  };
}

/** Returns the first rows (count, D), with the mean of each column subtracted. */
function centred(values: Float32Array, count: number, D: number): Float64Array {
  const rows = Float64Array.from(values.subarray(0, count * D));
  for (let column = 0; column < D; column++) {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += rows[row * D + column];
    const mean = sum / count;
    for (let row = 0; row < count; row++) rows[row * D + column] -= mean;
  }
  return rows;
}

export interface Component {
  /** The projection of each row on the component. */
  readonly scores: Float64Array;
  /** The sum of its squares. */
  readonly variance: number;
}

/**
 * Computes the two principal components of centred rows (R, D) by orthogonal iteration. The score of largest magnitude,
 * the first of equals, is positive, so that the map is not mirrored at random.
 */
export function principalComponents(rows: Float64Array, R: number, D: number): [Component, Component] {
  const key = randomKey(1);
  const a = Float64Array.from({ length: R }, (_, i) => uniform(key, i) - 0.5);
  const b = Float64Array.from({ length: R }, (_, i) => uniform(key, R + i) - 0.5);
  let before = 0;
  for (let i = 0; i < ITERATIONS; i++) {
    orthonormalise(a, b);
    const sum = multiply(rows, R, D, a) + multiply(rows, R, D, b);
    if (Math.abs(sum - before) <= TOLERANCE * sum) break;
    before = sum;
  }
  orthonormalise(a, b);
  return rotated(rows, D, a, b);
}

/** v ← X·(Xᵀ·v). @returns |Xᵀ·v|² */
function multiply(rows: Float64Array, R: number, D: number, v: Float64Array): number {
  const w = transposedProduct(rows, D, v);
  for (let row = 0; row < R; row++) {
    let sum = 0;
    for (let column = 0; column < D; column++) sum += rows[row * D + column] * w[column];
    v[row] = sum;
  }
  return dot(w, w);
}

/** Xᵀ·v */
function transposedProduct(rows: Float64Array, D: number, v: Float64Array): Float64Array {
  const w = new Float64Array(D);
  for (let row = 0; row < v.length; row++) {
    for (let column = 0; column < D; column++) w[column] += rows[row * D + column] * v[row];
  }
  return w;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Makes a and b orthogonal and of length one; a vector of zeros stays. */
function orthonormalise(a: Float64Array, b: Float64Array): void {
  normalise(a);
  const overlap = dot(a, b);
  for (let i = 0; i < b.length; i++) b[i] -= overlap * a[i];
  normalise(b);
}

function normalise(v: Float64Array): void {
  const length = Math.sqrt(dot(v, v));
  if (length > 0) for (let i = 0; i < v.length; i++) v[i] /= length;
}

/** Rotates two vectors within their plane, so that each is a component. */
function rotated(rows: Float64Array, D: number, a: Float64Array, b: Float64Array): [Component, Component] {
  const [p, q] = [transposedProduct(rows, D, a), transposedProduct(rows, D, b)];
  const [aa, ab, bb] = [dot(p, p), dot(p, q), dot(q, q)];
  // The eigenvectors of the symmetric matrix (aa ab; ab bb), from the tangent of their angle.
  let [cosine, sine] = [1, 0];
  if (ab !== 0) {
    const ratio = (bb - aa) / (2 * ab);
    const tangent = (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
    cosine = 1 / Math.sqrt(1 + tangent * tangent);
    sine = tangent * cosine;
  }
  const component = (c: number, s: number): Component => {
    const variance = Math.max(0, c * c * aa + 2 * c * s * ab + s * s * bb);
    const scale = Math.sqrt(variance);
    return { scores: oriented(Float64Array.from(a, (value, i) => scale * (c * value + s * b[i]))), variance };
  };
  const both = [component(cosine, -sine), component(sine, cosine)] as const;
  return both[0].variance >= both[1].variance ? [both[0], both[1]] : [both[1], both[0]];
}

function oriented(scores: Float64Array): Float64Array {
  const largest = scores.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
  return largest < 0 ? scores.map((value) => -value) : scores;
}
