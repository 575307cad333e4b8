import type { Kernels, Range, Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';

/** The sizes of one layer: batch size, sequence length, input size, hidden size. */
export interface Dimensions {
  readonly N: number;
  readonly T: number;
  readonly D: number;
  readonly H: number;
}

/** The name and shape of one parameter or state tensor. */
export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a cell needs of its layer's weights: Wh (H,G·H) and its transpose, packed, and the bias of h·Wh if it has one. */
export interface RecurrentWeights {
  readonly Wh: Tensor;
  readonly WhTransposed: Tensor;
  readonly bh: Tensor | undefined;
}

/** One time step of a cell, for some of the streams. */
export interface CellStep {
  /** From x·Wx + b, which `a` already holds, and the state before the step: the state after it. */
  forward(k: Kernels, weights: RecurrentWeights): void;
  /** From dh of this step: `a` becomes da, and the gradient of the state before the step is added to its dh. */
  backward(k: Kernels, weights: RecurrentWeights): void;
}

/** What a cell keeps of a sequence between forward and backward. Step t of an array (T,N,·) is its rows t·N … */
export interface CellMemory {
  /** x·Wx + b (T·N, G·H), then the gates, then their gradient da = dx·Wx + db. */
  readonly a: Tensor;
  /** The gradient of the product h·Wh (T·N, G·H): `a` again, except in the gru. */
  readonly dah: Tensor;
  /** State tensors (T+1,N,H) beside h, and the gradient (N,H) of their initial value. */
  readonly states: readonly { readonly name: string; readonly values: Tensor; readonly gradient: Tensor }[];
  /** The steps 0 … T−1 for the streams [from, to). */
  steps(streams: Range): CellStep[];
}

/** The hidden state of a layer, which every cell has. */
export interface HiddenState {
  /** h (T+1,N,H); the initial state is at 0, step t writes t+1. */
  readonly h: Tensor;
  /** dh (T,N,H), on entry to backward the gradient that comes from above. */
  readonly dh: Tensor;
  /** The gradient of the initial state (N,H). */
  readonly dh0: Tensor;
}

export interface Cell {
  /** Blocks of H columns in the weights (G). */
  readonly gates: number;
  /** State tensors carried from step to step, each (N,H). */
  readonly states: readonly string[];
  parameters(D: number, H: number): TensorShape[];
  /** Lays out the cell's memory for a sequence. */
  layOut(plan: Plan, name: string, sizes: Dimensions, hidden: HiddenState): CellMemory;
}

/** Rows of step t of x (T·N, M) or (T,N,M) that belong to the streams. */
export function stepRows(x: Tensor, t: number, N: number, { from, to }: Range): Tensor {
  const M = x.shape[x.shape.length - 1];
  const flat = { ...x, shape: [x.size / M, M] };
  return rows(flat, t * N + from, t * N + to);
}

/** What `make` gives, made when it is first wanted: a layout that is only to be measured never wants its steps. */
export function once<R>(make: () => R): () => R {
  let made: { readonly value: R } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** [f(0), …, f(count − 1)] */
export const times = <R>(count: number, f: (t: number) => R): R[] => Array.from({ length: count }, (_, t) => f(t));
