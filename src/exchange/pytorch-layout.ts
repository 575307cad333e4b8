// The weights of a model under the names and in the layout of PyTorch's nn.RNN, nn.LSTM or nn.GRU (`rnn`) and nn.Linear
// (`decoder`). PyTorch multiplies by the transposed matrices: weight_ih_l0 (G·H, V) where ours is Wx (V, G·H).

import type { NamedArray } from '../checkpoint/checkpoint.js';
import { cellsByName, type ModelShape } from '../model/shape.js';
import type { CellName } from '../options/training-options.js';
import type { NamedTensor } from './safetensors.js';

/** The blocks of each cell in PyTorch's order. */
const pytorchBlocks: Readonly<Record<CellName, readonly string[]>> = {
  rnn: ['a'],
  lstm: ['i', 'f', 'g', 'o'],
  gru: ['r', 'z', 'n'],
};

/** The places that blocks in another order have in ours. */
export const placesOf = (cell: CellName, blocks: readonly string[]): number[] =>
  blocks.map((block) => cellsByName[cell].blocks.indexOf(block));

/** The place in ours of each of PyTorch's blocks. */
export const pytorchOrder = (cell: CellName): readonly number[] => placesOf(cell, pytorchBlocks[cell]);

/** A matrix (K,M) of ours becomes (M,K), its columns in the order of PyTorch's gates. */
export function transposed(values: ArrayLike<number>, K: number, M: number, order: readonly number[]): Float32Array {
  const H = M / order.length;
  const result = new Float32Array(K * M);
  for (let row = 0; row < M; row++) {
    const column = order[Math.floor(row / H)] * H + (row % H);
    for (let k = 0; k < K; k++) result[row * K + k] = values[k * M + column];
  }
  return result;
}

/** The inverse: (M,K) of PyTorch becomes (K,M). */
export function untransposed(values: ArrayLike<number>, K: number, M: number, order: readonly number[]): Float32Array {
  const H = M / order.length;
  const result = new Float32Array(K * M);
  for (let row = 0; row < M; row++) {
    const column = order[Math.floor(row / H)] * H + (row % H);
    for (let k = 0; k < K; k++) result[k * M + column] = values[row * K + k];
  }
  return result;
}

/** The weights of a layer, transposed and with their gates in another order: Wx (M,D), Wh (M,H), both biases (M). */
export function layerWeights(
  { cell, hidden: H, vocabulary: V }: ModelShape,
  parameters: readonly NamedArray[],
  l: number,
  order: readonly number[] = pytorchOrder(cell),
) {
  const M = order.length * H;
  const of = (name: string, K: number): Float32Array => {
    const values = parameters.find((parameter) => parameter.name === `layer${l}.${name}`)?.values;
    // Only a gru has a bias of its own for h·Wh.
    return transposed(values ?? new Float32Array(K * M), K, M, order);
  };
  return { Wx: of('Wx', l === 0 ? V : H), Wh: of('Wh', H), b: of('b', 1), bh: of('bh', 1) };
}

/**
 * Returns PyTorch's tensors of a text model. It has two biases everywhere, which it adds; only a gru uses both. The
 * second one of the other cells is zero.
 */
export function pytorchTensors(shape: ModelShape, parameters: readonly NamedArray[]): NamedTensor[] {
  const { cell, layers, hidden: H, vocabulary: V } = shape;
  const M = cellsByName[cell].blocks.length * H;
  const tensors: NamedTensor[] = [];
  for (let l = 0; l < layers; l++) {
    const { Wx, Wh, b, bh } = layerWeights(shape, parameters, l);
    tensors.push(
      { name: `rnn.weight_ih_l${l}`, shape: [M, l === 0 ? V : H], values: Wx },
      { name: `rnn.weight_hh_l${l}`, shape: [M, H], values: Wh },
      { name: `rnn.bias_ih_l${l}`, shape: [M], values: b },
      { name: `rnn.bias_hh_l${l}`, shape: [M], values: bh },
    );
  }
  const of = (name: string): Float32Array =>
    parameters.find((parameter) => parameter.name === name)?.values ?? new Float32Array();
  tensors.push(
    { name: 'decoder.weight', shape: [V, H], values: transposed(of('decoder.W'), H, V, [0]) },
    { name: 'decoder.bias', shape: [V], values: of('decoder.b') },
  );
  return tensors;
}
