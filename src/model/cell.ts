// The definition of a cell. A cell's file states its equations, its parameters and their initial values, the arrays it
// keeps, and one step forward and backward in terms of whole arrays. The layer lays out the arrays for a sequence and
// passes each step its rows.

import type { Kernels, Tensor, TensorShape } from '../kernels/kernels.js';

/** A parameter and its initial value. */
export interface Parameter extends TensorShape {
  /** Initialises `values`, which are zero. @param random numbers in [0, 1), by index */
  readonly initialise: (values: Float32Array, random: (i: number) => number) => void;
}

/**
 * A matrix (K,M), uniform with mean 0 and variance 1/inputs, so that sums over that many nonzero inputs start with
 * variance 1 (LeCun and others, 1998): `inputs` is K for a layer's output, 1 for a one-hot character.
 */
export const weights = (name: string, K: number, M: number, inputs: number): Parameter => ({
  name,
  shape: [K, M],
  initialise: (values, random) => {
    const bound = Math.sqrt(3 / inputs);
    for (let i = 0; i < values.length; i++) values[i] = (2 * random(i) - 1) * bound;
  },
});

/** A bias (M), zero unless `initialise` sets it. */
export const bias = (name: string, M: number, initialise: Parameter['initialise'] = () => {}): Parameter => ({
  ...{ name, initialise },
  shape: [M],
});

/** The weights of a layer that its cell uses: Wh (H,G·H) and its transpose, packed, and the bias of h·Wh, if any. */
export interface RecurrentWeights {
  readonly Wh: Tensor;
  readonly WhTransposed: Tensor;
  readonly bh: Tensor | undefined;
}

/** The arrays of every step of every cell, for the streams of one worker; all (R,H). */
export interface Hidden {
  /** The hidden state before and after the step. */
  readonly h0: Tensor;
  readonly h: Tensor;
  /** The gradient of h, complete at the start of the backward step, and that of h0, to which the step adds its part. */
  readonly dh: Tensor;
  readonly dh0: Tensor;
}

/** The arrays that a cell keeps, by the cell's own names. */
export interface CellArrays {
  /** Arrays of all steps, in blocks of H columns (T·N, blocks·H). The first starts as x·Wx + b, ends as its gradient. */
  readonly perStep: Readonly<Record<string, number>>;
  /** The one that ends as the gradient of h·Wh. */
  readonly recurrent: string;
  /** States other than h that are carried from step to step: state c is in c0 before a step, in c after it. */
  readonly states: readonly string[];
  /** The one that holds gates and candidate, block by block, after a forward step; none without gates. */
  readonly gates?: string;
  /** Arrays shared by all steps, (N,H). The gradient of a state is one of these: dc. */
  readonly shared: readonly string[];
}

/** A step's rows of all arrays. */
export type StepArrays = Hidden & Readonly<Record<string, Tensor>>;

export interface Cell {
  /** Names of the blocks of H columns in the weights (G of them): the gates, then the candidate, which is a tanh. */
  readonly blocks: readonly string[];
  readonly arrays: CellArrays;
  /** @param inputs how many of the D inputs are nonzero at once */
  parameters(D: number, H: number, inputs: number): Parameter[];
  /** Computes the state after the step from x·Wx + b and the state before it. */
  forward(k: Kernels, weights: RecurrentWeights, step: StepArrays): void;
  /** Computes the gradients of the step's inputs and of the state before it from that of the state after it. */
  backward(k: Kernels, weights: RecurrentWeights, step: StepArrays): void;
}
