import type { TensorShape } from '../kernels/kernels.js';
import type { CellName } from '../options/training-options.js';
import { bias, type Cell, type Parameter, weights } from './cell.js';
import { gru } from './gru.js';
import { lstm } from './lstm.js';
import { rnn } from './rnn.js';

/** The shape of a model: everything needed to lay out its parameters. */
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

/** A parameter and its place in a model. */
export interface ModelParameter extends Parameter {
  /** The layer, or the decoder, and the parameter's name there. `name` has both: `layer0.Wx`. */
  readonly group: string;
  readonly own: string;
  /** The axis along which each symbol of the vocabulary has its own row or column, if any. */
  readonly vocabularyAxis: number | undefined;
}

/** Returns all parameters of a model in the order of its flat block: layers from the input up, then the decoder. */
export function parameterShapes({ cell, layers, hidden: H, vocabulary: V }: ModelShape): ModelParameter[] {
  const all: ModelParameter[] = [];
  const add = (group: string, parameter: Parameter, vocabularyAxis?: number): void => {
    all.push({ ...parameter, name: `${group}.${parameter.name}`, group, own: parameter.name, vocabularyAxis });
  };
  for (let l = 0; l < layers; l++) {
    // Layer 0 reads one-hot rows, with one nonzero element; the layers above read outputs.
    const [D, inputs] = l === 0 ? [V, 1] : [H, H];
    for (const parameter of cellsByName[cell].parameters(D, H, inputs)) {
      add(`layer${l}`, parameter, l === 0 && parameter.name === 'Wx' ? 0 : undefined);
    }
  }
  add('decoder', weights('W', H, V, H), 1);
  add('decoder', bias('b', V), 0);
  return all;
}

/** Returns all state tensors of a model for batch size N: `layer<l>.h`, and `layer<l>.c` for an lstm. */
export function stateShapes({ cell, layers, hidden }: ModelShape, N: number): TensorShape[] {
  const states = ['h', ...cellsByName[cell].arrays.states];
  return Array.from({ length: layers }, (_, l) =>
    states.map((state) => ({ name: `layer${l}.${state}`, shape: [N, hidden] })),
  ).flat();
}
