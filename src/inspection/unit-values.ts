import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { Range, Tensor } from '../kernels/kernels.js';
import { rows } from '../kernels/plan.js';
import { create, forReading, type Instance, layOut } from '../model/instance.js';
import type { RecurrentLayer } from '../model/layer.js';
import { cellsByName } from '../model/shape.js';
import { partsOf, stepsOf, type TextPart, writeWindow } from '../model/text-parts.js';
import type { BackendName, CellName } from '../options/training-options.js';
import type { Tokens } from '../text/tokens.js';

/** The gates of a cell, and its candidate; none in an rnn, whose candidate is its state. */
export const gatesOf = (cell: CellName): readonly string[] => {
  const { arrays, blocks } = cellsByName[cell];
  return arrays.gates === undefined ? [] : blocks;
};

/** A number that a network computes at each character. */
export interface Unit {
  /** Counted from 0. */
  readonly layer: number;
  /** `h`, `c`, or the name of a gate. */
  readonly state: string;
  /** Its place in the layer, counted from 0. */
  readonly index: number;
}

/** A unit as people write it: `0:c:17`. */
export const unitName = ({ layer, state, index }: Unit): string => `${layer}:${state}:${index}`;

/** Where the value of a unit stands in a block. */
export interface Place {
  readonly buffer: number;
  /** Numbers in a row, and the place in it. */
  readonly width: number;
  readonly column: number;
}

/** Values at some characters. The next block overwrites it. */
export interface ValueBlock {
  /** The character of each row; −1 for a row that does not count. */
  readonly positions: Int32Array;
  /** Rows of values, row-major; a unit's place says where it is. */
  readonly buffers: readonly Float32Array[];
}

export interface UnitReaderSettings {
  /** Layers and states whose values are wanted. */
  readonly units: readonly Pick<Unit, 'layer' | 'state'>[];
  readonly backend: BackendName;
  /** Streams that read in parallel, and characters that each reads at a time. */
  readonly batch: number;
  readonly sequence: number;
}

/** Reads texts with a network, and gives the values of its units at each character. */
export class UnitReader {
  private readonly instance: Instance;
  /** The arrays that hold the wanted values, by layer and state. */
  private readonly tensors: ReadonlyMap<string, Tensor>;

  constructor(
    { model: shape, parameters }: Checkpoint,
    private readonly settings: UnitReaderSettings,
  ) {
    const layout = layOut({ backend: backendsByName[settings.backend], shape, settings: forReading(settings) });
    this.instance = create(layout, parameters);
    const { model, worker } = this.instance;
    const entries = settings.units.map(({ layer, state }) => {
      const array = arrayOf(shape.cell, state);
      return [`${layer}.${array}`, tensorOf(model.layers[layer], array)] as const;
    });
    this.tensors = new Map(entries);
    model.prepare(worker, undefined);
  }

  /** @throws RangeError for a unit whose layer or state is not wanted */
  placeOf({ layer, state, index }: Unit): Place {
    const { cell, hidden } = this.instance.model.shape;
    const key = `${layer}.${arrayOf(cell, state)}`;
    const tensor = this.tensors.get(key);
    if (!tensor) throw new RangeError(`${key} is not read`);
    const gate = Math.max(0, gatesOf(cell).indexOf(state));
    return { buffer: [...this.tensors.keys()].indexOf(key), width: tensor.shape[1], column: gate * hidden + index };
  }

  /**
   * Reads characters `from` … `to` of a text. One stream reads them in order, with the state carried through. Several
   * share them out, and each starts `WARM_UP` characters early in its neighbour's part; so does the first, unless it is
   * at the start of the text.
   */
  *read(text: Tokens, range: Range): Generator<ValueBlock> {
    yield* this.readParts(text, partsOf(range, this.settings.batch));
  }

  /** Reads about `length` characters in all: the first ones of each stream's part. */
  *sample(text: Tokens, range: Range, length: number): Generator<ValueBlock> {
    const parts = partsOf(range, this.settings.batch);
    const each = Math.ceil(length / parts.length);
    yield* this.readParts(
      text,
      parts.map((part) => ({ ...part, to: Math.min(part.to, part.from + each) })),
    );
  }

  private *readParts(text: Tokens, parts: readonly TextPart[]): Generator<ValueBlock> {
    const { batch: N, sequence: T } = this.settings;
    const { model, worker, kernels } = this.instance;
    const inputs = new Int32Array(T * N);
    const positions = new Int32Array(T * N);
    const tensors = [...this.tensors.values()];
    const buffers = tensors.map(({ size }) => new Float32Array(size));
    const steps = stepsOf(parts);
    model.reset(worker);
    for (let start = 0; start < steps; start += T) {
      positions.fill(-1);
      writeWindow(parts, text, this.settings, start, inputs, (row, at) => {
        positions[row] = at;
      });
      kernels.writeIndices(model.inputs, inputs);
      model.forward(worker, undefined);
      tensors.forEach((tensor, i) => {
        kernels.read(tensor, buffers[i]);
      });
      model.carry(worker);
      yield { positions, buffers };
    }
  }
}

/** The name of the array that holds a state, or a gate together with the others. */
export const arrayOf = (cell: CellName, state: string): string =>
  gatesOf(cell).includes(state) ? (cellsByName[cell].arrays.gates ?? state) : state;

/** The values of an array after each step (T·N, columns). */
function tensorOf({ output, states, activations }: RecurrentLayer, array: string): Tensor {
  if (array === 'h') return output;
  const isNamed = ({ name }: { readonly name: string }): boolean => name.endsWith(`.${array}`);
  const state = states.find(isNamed);
  // A state also has rows for what was before the first step.
  if (state) return rows(state.values, state.initial.shape[0], state.values.shape[0]);
  const gates = activations.find(isNamed);
  if (!gates) throw new RangeError(`there is no array ${array}`);
  return gates;
}
