// A text model as a network in ONNX format: a chain of standard recurrent operators between a one-hot input and a matrix
// product. The numbers of fields are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

import { PbfWriter } from 'pbf';
import type { NamedArray } from '../checkpoint/checkpoint.js';
import { type ModelShape, statesOf } from '../model/shape.js';
import type { CellName } from '../options/training-options.js';
import { layerWeights, placesOf } from './pytorch-layout.js';

/** Version of the format, and of the set of operators. */
const [IR_VERSION, OPSET] = [8, 14];
/** Types of numbers. */
const [FLOAT, INT64] = [1, 7];

/** The operator of each cell, and the blocks in its order. */
const operators: Readonly<Record<CellName, { readonly name: string; readonly blocks: readonly string[] }>> = {
  rnn: { name: 'RNN', blocks: ['a'] },
  lstm: { name: 'LSTM', blocks: ['i', 'o', 'f', 'g'] },
  gru: { name: 'GRU', blocks: ['z', 'r', 'n'] },
};

interface Node {
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | readonly bigint[];
}

/** A length of an input or output, or the name of one that is free. */
type Dimension = number | string;

/**
 * Returns the bytes of the network. Inputs: `symbols` (T, N), int64, and for each layer `h<l>` and for an lstm `c<l>`,
 * (1, N, H). Outputs: `logits` (T, N, V), and the states after the last step, `h<l>_after` and `c<l>_after`.
 */
export function onnxModel(
  shape: ModelShape,
  parameters: readonly NamedArray[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const { cell, layers, hidden: H, vocabulary: V } = shape;
  const { name, blocks } = operators[cell];
  const order = placesOf(cell, blocks);
  const states = statesOf(cell);
  const M = order.length * H;
  const nodes: Node[] = [
    { operation: 'OneHot', inputs: ['symbols', 'V', 'off and on'], outputs: ['x0'], attributes: { axis: -1 } },
  ];
  const constants: Constant[] = [
    { name: 'V', shape: [1], values: [BigInt(V)] },
    { name: 'off and on', shape: [2], values: Float32Array.of(0, 1) },
    { name: 'direction', shape: [1], values: [1n] },
  ];
  for (let l = 0; l < layers; l++) {
    const D = l === 0 ? V : H;
    const { Wx, Wh, b, bh } = layerWeights(shape, parameters, l, order);
    const both = new Float32Array(2 * M);
    both.set(b);
    both.set(bh, M);
    constants.push(
      { name: `W${l}`, shape: [1, M, D], values: Wx },
      { name: `R${l}`, shape: [1, M, H], values: Wh },
      { name: `B${l}`, shape: [1, 2 * M], values: both },
    );
    nodes.push(
      {
        operation: name,
        inputs: [`x${l}`, `W${l}`, `R${l}`, `B${l}`, '', ...states.map((state) => state + l)],
        outputs: [`y${l}`, ...states.map((state) => `${state}${l}_after`)],
        // The reset gate scales the product h·Wh, as in PyTorch.
        attributes: { hidden_size: H, ...(cell === 'gru' && { linear_before_reset: 1 }) },
      },
      { operation: 'Squeeze', inputs: [`y${l}`, 'direction'], outputs: [`x${l + 1}`] },
    );
  }
  const of = (own: string): Float32Array =>
    parameters.find((array) => array.name === own)?.values ?? new Float32Array();
  constants.push(
    { name: 'decoder.W', shape: [H, V], values: of('decoder.W') },
    { name: 'decoder.b', shape: [V], values: of('decoder.b') },
  );
  nodes.push(
    { operation: 'MatMul', inputs: [`x${layers}`, 'decoder.W'], outputs: ['product'] },
    { operation: 'Add', inputs: ['product', 'decoder.b'], outputs: ['logits'] },
  );
  const stateShapes = Array.from({ length: layers }, (_, l) => states.map((state) => state + l)).flat();
  const writer = new PbfWriter();
  writer.writeVarintField(1, IR_VERSION);
  writer.writeStringField(2, 'charrnn');
  writer.writeMessage(
    7,
    (_: unknown, graph: PbfWriter) => {
      for (const node of nodes) graph.writeMessage(1, writeNode, node);
      graph.writeStringField(2, 'character-level language model');
      for (const constant of constants) graph.writeMessage(5, writeConstant, constant);
      const value = (field: number, own: string, type: number, dimensions: readonly Dimension[]): void => {
        graph.writeMessage(field, writeValue, { name: own, type, dimensions });
      };
      value(11, 'symbols', INT64, ['T', 'N']);
      for (const state of stateShapes) value(11, state, FLOAT, [1, 'N', H]);
      value(12, 'logits', FLOAT, ['T', 'N', V]);
      for (const state of stateShapes) value(12, `${state}_after`, FLOAT, [1, 'N', H]);
    },
    undefined,
  );
  writer.writeMessage(
    8,
    (_: unknown, opset: PbfWriter) => {
      opset.writeStringField(1, '');
      opset.writeVarintField(2, OPSET);
    },
    undefined,
  );
  for (const [key, text] of Object.entries(metadata)) {
    writer.writeMessage(
      14,
      (_: unknown, entry: PbfWriter) => {
        entry.writeStringField(1, key);
        entry.writeStringField(2, text);
      },
      undefined,
    );
  }
  return writer.finish();
}

function writeNode({ operation, inputs, outputs, attributes = {} }: Node, pbf: PbfWriter): void {
  for (const input of inputs) pbf.writeStringField(1, input);
  for (const output of outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(4, operation);
  for (const [name, value] of Object.entries(attributes)) {
    pbf.writeMessage(
      5,
      (_: unknown, attribute: PbfWriter) => {
        attribute.writeStringField(1, name);
        if (typeof value === 'number') attribute.writeVarintField(3, value);
        else for (const one of value) attribute.writeVarintField(8, one);
        attribute.writeVarintField(20, typeof value === 'number' ? 2 : 7);
      },
      undefined,
    );
  }
}

function writeConstant({ name, shape, values }: Constant, pbf: PbfWriter): void {
  for (const length of shape) pbf.writeVarintField(1, length);
  pbf.writeVarintField(2, values instanceof Float32Array ? FLOAT : INT64);
  pbf.writeStringField(8, name);
  const bytes = Buffer.alloc((values instanceof Float32Array ? 4 : 8) * values.length);
  if (values instanceof Float32Array) for (let i = 0; i < values.length; i++) bytes.writeFloatLE(values[i], 4 * i);
  else for (const [i, value] of values.entries()) bytes.writeBigInt64LE(value, 8 * i);
  pbf.writeBytesField(9, bytes);
}

interface Value {
  readonly name: string;
  readonly type: number;
  readonly dimensions: readonly Dimension[];
}

function writeValue({ name, type, dimensions }: Value, pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  const writeShape = (_: unknown, shape: PbfWriter): void => {
    for (const dimension of dimensions) {
      shape.writeMessage(
        1,
        (_: unknown, own: PbfWriter) => {
          if (typeof dimension === 'number') own.writeVarintField(1, dimension);
          else own.writeStringField(2, dimension);
        },
        undefined,
      );
    }
  };
  pbf.writeMessage(
    2,
    (_: unknown, own: PbfWriter) => {
      own.writeMessage(
        1,
        (_: unknown, tensor: PbfWriter) => {
          tensor.writeVarintField(1, type);
          tensor.writeMessage(2, writeShape, undefined);
        },
        undefined,
      );
    },
    undefined,
  );
}
