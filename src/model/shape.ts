import type { CellName } from '../options/training-options.js';
import type { Cell, TensorShape } from './cell.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { rnn } from './rnn.js';

export type { TensorShape } from './cell.js';

/** The shape of a model: all that is needed to lay out its parameters. */
export interface ModelShape {
  readonly cell: CellName;
  /** Stacked layers (L). */
  readonly layers: number;
  /** Hidden size of each layer (H). */
  readonly hidden: number;
  /** Symbols of the vocabulary (V). */
  readonly vocabulary: number;
}

/** The cells by name. A new cell is one file and one entry here. */
export const cellsByName: Readonly<Record<CellName, Cell>> = { rnn, lstm, gru };

/** Every parameter of a model in the order of its flat block: layers from the input up, then the decoder. */
export function parameterShapes({ cell, layers, hidden: H, vocabulary: V }: ModelShape): TensorShape[] {
  const all: TensorShape[] = [];
  for (let l = 0; l < layers; l++) {
    const own = cellsByName[cell].parameters(l === 0 ? V : H, H);
    all.push(...own.map(({ name, shape }) => ({ name: `layer${l}.${name}`, shape })));
  }
  all.push({ name: 'decoder.W', shape: [H, V] }, { name: 'decoder.b', shape: [V] });
  return all;
}

/** Every state tensor of a model for batch size N: `layer<l>.h`, and `layer<l>.c` of an lstm. */
export function stateShapes({ cell, layers, hidden }: ModelShape, N: number): TensorShape[] {
  const all: TensorShape[] = [];
  for (let l = 0; l < layers; l++) {
    for (const state of cellsByName[cell].states) all.push({ name: `layer${l}.${state}`, shape: [N, hidden] });
  }
  return all;
}
