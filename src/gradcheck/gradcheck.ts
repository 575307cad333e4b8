import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName, reference } from '../kernels/backend.js';
import type { ModelShape } from '../model/shape.js';
import type { TaskName } from '../options/task-options.js';
import { type BackendName, type CellName, defaultBackend } from '../options/training-options.js';
import { Purpose, randomBits, randomKey, uniform } from '../random.js';
import { type Differentiable, Network, randomExamples, randomText, sampleTask } from './fixed-network.js';

/** The relative error between two sets of values of one tensor: |a − b| / max(|a| + |b|, floor). */
export interface Comparison {
  readonly largestError: number;
  /** Flat index of the largest error, or of the first value that is not finite. */
  readonly index: number;
  /** Number of values compared. */
  readonly checked: number;
  readonly passed: boolean;
}

export interface GradcheckRow {
  /** Name of a parameter, or of the initial state of a layer. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Analytic gradients in float64 against central differences. */
  readonly numeric: Comparison;
  /** Gradients of the float32 kernels against the analytic gradients in float64. */
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
 * Finds the largest relative error between two arrays of the same length. Errors in both directions count, and NaN or
 * infinity on either side never passes.
 * @param floor lower bound of the divisor, for gradients that are zero except for rounding
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

/** Largest allowed relative error between float64 gradients and central differences. */
export const NUMERIC_BOUND = 1e-6;
/** Largest allowed relative error between gradients of the float32 kernels and those in float64. */
export const KERNEL_BOUND = 1e-4;

/** Distance between the points of a fourth-order central difference, whose error is of the order of DELTA⁴. */
const DELTA = 2e-3;
/** Gradients smaller than this fraction of the largest in their tensor are compared as if they were this large. */
const NUMERIC_FLOOR = 1e-3;
const KERNEL_FLOOR = 0.1;
/** Multiplications that the central differences of one tensor may take: about one second. */
const BUDGET = 2e8;
/** Fewest and most values of one tensor to check by central differences, chosen at random in larger tensors. */
const LEAST_CHECK = 12;
const LARGEST_CHECK = 400;
/** Vocabulary size of the model without a checkpoint. */
const VOCABULARY = 11;

export interface GradcheckRequest {
  readonly cell: CellName;
  readonly layers: number;
  readonly hidden: number;
  readonly batch: number;
  readonly sequence: number;
  readonly dropout: number;
  readonly locked?: boolean;
  readonly weightDrop?: number;
  readonly seed: number;
  /** What the network is asked; text that goes on if not given. */
  readonly task?: TaskName | undefined;
  /** The backend of the float32 kernels. Default: auto. */
  readonly backend?: BackendName;
  /** Checks these weights, and this shape, instead of random ones. */
  readonly checkpoint?: Checkpoint;
}

/**
 * Checks the gradients by every parameter and every initial state: (1) gradients of the reference kernels in float64
 * against central differences; (2) gradients of the float32 kernels against those of the reference kernels.
 */
export function checkGradients(request: GradcheckRequest): GradcheckReport {
  const { checkpoint, batch, sequence } = request;
  const { cell, layers, hidden } = request;
  const task = request.task === undefined ? undefined : sampleTask(request.task);
  const shape: ModelShape = checkpoint?.model ?? { cell, layers, hidden, vocabulary: VOCABULARY, task };
  const exact = new Network(reference('float64'), shape, request);
  const fast = new Network(backendsByName[request.backend ?? defaultBackend], shape, request);

  exact.variables.forEach(({ name, value }, i) => {
    const values = checkpoint?.parameters.find((parameter) => parameter.name === name)?.values;
    const chosen = values ?? randomValues(request.seed, i, value.size, name.startsWith('initial ') ? 0.8 : 0.5);
    exact.kernels.write(value, chosen);
    fast.kernels.write(fast.variables[i].value, chosen);
  });
  if (shape.task) {
    const examples = randomExamples(shape, batch, sequence, request.seed);
    for (const network of [exact, fast]) network.setExamples(examples);
  } else {
    const text = randomText(request.seed, batch * (sequence + 1), shape.vocabulary);
    for (const network of [exact, fast]) network.setText(text.subarray(0, batch * sequence), text.subarray(batch));
  }

  exact.lossAndGradients();
  fast.lossAndGradients();
  const size = exact.variables.reduce((sum, { value }) => sum + value.size, 0);
  const checks = Math.min(LARGEST_CHECK, Math.max(LEAST_CHECK, Math.floor(BUDGET / (4 * size * batch * sequence))));
  const rows = exact.variables.map((variable, i): GradcheckRow => {
    const analytic = exact.kernels.read(variable.gradient);
    const scale = largestSize(analytic);
    const indices = chooseIndices(request.seed, i, variable.value.size, checks);
    const numeric = centralDifferences(exact, variable, indices);
    const single = fast.kernels.read(fast.variables[i].gradient);
    return {
      tensor: variable.name,
      shape: variable.value.shape,
      numeric: compare(analytic, numeric, NUMERIC_FLOOR * scale, NUMERIC_BOUND, indices),
      kernels: compare(analytic, single, KERNEL_FLOOR * scale, KERNEL_BOUND),
    };
  });
  return {
    cell: shape.cell,
    layers: shape.layers,
    hidden: shape.hidden,
    batch,
    sequence,
    numericBound: NUMERIC_BOUND,
    kernelBound: KERNEL_BOUND,
    rows,
    passed: rows.every((row) => row.numeric.passed && row.kernels.passed),
  };
}

/** Computes (8·(L(x + δ) − L(x − δ)) − (L(x + 2δ) − L(x − 2δ))) / 12δ at the given elements of a variable. */
function centralDifferences(network: Network, { value }: Differentiable, indices: readonly number[]): Float64Array {
  const { kernels } = network;
  const values = Float64Array.from(kernels.read(value));
  const result = new Float64Array(values.length);
  const lossAt = (i: number, x: number): number => {
    const original = values[i];
    values[i] = x;
    kernels.write(value, values);
    values[i] = original;
    return network.loss();
  };
  for (const i of indices) {
    const difference = (distance: number): number => lossAt(i, values[i] + distance) - lossAt(i, values[i] - distance);
    result[i] = (8 * difference(DELTA) - difference(2 * DELTA)) / (12 * DELTA);
  }
  kernels.write(value, values);
  return result;
}

function largestSize(values: ArrayLike<number>): number {
  let largest = 1e-12;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}

/** Returns values uniform in ±bound, exact in float32. */
function randomValues(seed: number, index: number, size: number, bound: number): Float32Array {
  const key = randomKey(seed, Purpose.check, index);
  return Float32Array.from({ length: size }, (_, i) => (2 * uniform(key, i) - 1) * bound);
}

function chooseIndices(seed: number, index: number, size: number, count: number): number[] {
  if (size <= count) return Array.from({ length: size }, (_, i) => i);
  const key = randomKey(seed, Purpose.check, 2 ** 30, index);
  const chosen = new Set<number>();
  for (let counter = 0; chosen.size < count; counter++) chosen.add(randomBits(key, counter) % size);
  return [...chosen].sort((a, b) => a - b);
}
