// What a cell is. Its file states the equations, the parameters and their initial values, the arrays that it keeps, and
// one step forward and backward in terms of whole arrays. The layer lays the arrays out for a sequence, and gives each
// step its rows.

import type { Kernels, Tensor, TensorShape } from '../kernels/kernels.js';

/** A parameter, and what it holds before training. */
export interface Parameter extends TensorShape {
  /** Gives `values`, which are zero, their initial value. @param random numbers in [0, 1), by index */
  readonly initialise: (values: Float32Array, random: (i: number) => number) => void;
}

/**
 * A matrix (K,M), uniform with mean 0 and variance 1/inputs, so that sums over that many inputs which are not zero begin
 * with variance 1 (LeCun and others, 1998): K for a layer's output, 1 for a one-hot character.
 */
export const weights = (name: string, K: number, M: number, inputs: number): Parameter => ({
  name,
  shape: [K, M],
  initialise: (values, random) => {
    const bound = Math.sqrt(3 / inputs);
    for (let i = 0; i < values.length; i++) values[i] = (2 * random(i) - 1) * bound;
  },
});

/** A bias (M), zero unless something else is said. */
export const bias = (name: string, M: number, initialise: Parameter['initialise'] = () => {}): Parameter => ({
  ...{ name, initialise },
  shape: [M],
});

/** What a cell needs of its layer's weights: Wh (H,G·H) and its transpose, packed, and the bias of h·Wh if it has one. */
export interface RecurrentWeights {
  readonly Wh: Tensor;
  readonly WhTransposed: Tensor;
  readonly bh: Tensor | undefined;
}

/** What every step of every cell has, for the streams of one worker; all (R,H). */
export interface Hidden {
  /** Before and after the step. */
  readonly h0: Tensor;
  readonly h: Tensor;
  /** The gradient of h, complete when the step goes backward, and of h0, to which the step adds its part. */
  readonly dh: Tensor;
  readonly dh0: Tensor;
}

/** The arrays that a cell keeps, by its own names for them. */
export interface CellArrays {
  /** For each step, blocks of H columns (T·N, blocks·H). The first begins as x·Wx + b and ends as its gradient. */
  readonly perStep: Readonly<Record<string, number>>;
  /** The one of them that ends as the gradient of h·Wh. */
  readonly recurrent: string;
  /** States beside h that are carried from step to step: state c stands before a step in c0, after it in c. */
  readonly states: readonly string[];
  /** Once for all steps, (N,H). The gradient of a state is one of these: dc. */
  readonly shared: readonly string[];
}

/** A step's rows of all arrays. */
export type StepArrays = Hidden & Readonly<Record<string, Tensor>>;

export interface Cell {
  /** Blocks of H columns in the weights (G). */
  readonly gates: number;
  readonly arrays: CellArrays;
  /** @param inputs of the D that are not zero at once */
  parameters(D: number, H: number, inputs: number): Parameter[];
  /** From x·Wx + b and the state before the step: the state after it. */
  forward(k: Kernels, weights: RecurrentWeights, step: StepArrays): void;
  /** From the gradient of the state after the step: that of its inputs, and of the state before it. */
  backward(k: Kernels, weights: RecurrentWeights, step: StepArrays): void;
}
