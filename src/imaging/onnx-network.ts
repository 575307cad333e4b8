// What charrnn needs to know of a network in ONNX format. The file is one message of Protocol Buffers; onnxruntime does
// the rest. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto has the numbers of the fields.

import { readFile } from 'node:fs/promises';
import { CharrnnError, line, option } from '../errors.js';
import { userError } from '../files/system-errors.js';
import { shownName, someOf } from '../format.js';

/** An operation: it computes its outputs, named tensors, from its inputs. */
interface Node {
  readonly name: string;
  readonly operation: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** A tensor that the network takes. A length is undefined if it is free. */
export interface NetworkInput {
  readonly name: string;
  /** Number of the type in ONNX; 1 is float32. */
  readonly type: number;
  readonly shape: readonly (number | undefined)[];
}

export interface Network {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Without the weights, which old files list as well. */
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly string[];
  /** In an order in which they can be computed. */
  readonly nodes: readonly Node[];
  /** Names of tensors that do not depend on the inputs. */
  readonly weights: ReadonlySet<string>;
}

/** @throws CharrnnError if the file cannot be read, or holds no network */
export async function readNetwork(path: string): Promise<Network> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw userError(shownName(path), error);
  });
  const network = parseNetwork(path, bytes);
  if (network) return network;
  throw new CharrnnError(`${shownName(path)}: not a network in ONNX format; export one, as torch.onnx.export does`);
}

/** Returns undefined if the bytes are something else. */
export function parseNetwork(path: string, bytes: Uint8Array): Network | undefined {
  try {
    const graphs = messages(bytes, 7);
    const of = (field: number): Uint8Array[] => graphs.flatMap((graph) => messages(graph, field));
    const nodes = of(1).map(nodeIn);
    const constants = nodes.filter(({ operation }) => operation === 'Constant').flatMap(({ outputs }) => outputs);
    const weights = new Set([...of(5).flatMap((tensor) => texts(tensor, 8)), ...constants]);
    const inputs = of(11)
      .map(inputIn)
      .filter(({ name }) => !weights.has(name));
    const outputs = of(12).flatMap((value) => texts(value, 1));
    return nodes.length > 0 && outputs.length > 0 ? { path, bytes, inputs, outputs, nodes, weights } : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const nodeIn = (node: Uint8Array): Node => ({
  name: texts(node, 3)[0] ?? '',
  operation: texts(node, 4)[0] ?? '',
  inputs: texts(node, 1),
  outputs: texts(node, 2),
});

function inputIn(value: Uint8Array): NetworkInput {
  const tensors = messages(value, 2).flatMap((type) => messages(type, 1));
  const dimensions = tensors.flatMap((tensor) => messages(tensor, 2)).flatMap((shape) => messages(shape, 1));
  return {
    name: texts(value, 1)[0] ?? '',
    type: tensors.flatMap((tensor) => numbers(tensor, 1))[0] ?? 0,
    // Some exporters write 0 or -1 for a free length.
    shape: dimensions.map((dimension) => numbers(dimension, 1).find((length) => length > 0 && length < 2 ** 31)),
  };
}

/** Returns the network with one more output. A message that occurs twice is merged, so this needs only an appendix. */
export function withOutput({ bytes, outputs }: Network, name: string): Uint8Array {
  if (outputs.includes(name)) return bytes;
  return Buffer.concat([bytes, field(7, field(12, field(1, Buffer.from(name))))]);
}

/** Encodes a field that has a length. */
function field(number: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = content.length; rest > 0 || length.length === 0; rest >>>= 7) {
    length.push((rest & 127) | (rest > 127 ? 128 : 0));
  }
  return Buffer.concat([Uint8Array.of((number << 3) | 2, ...length), content]);
}

/** Returns the tensor of a name, or the first one that a node of that name computes. @throws CharrnnError usage */
function layerCalled({ path, nodes }: Network, name: string): string {
  const tensors = nodes.flatMap(({ outputs }) => outputs);
  const found = tensors.includes(name) ? name : nodes.find((node) => name !== '' && node.name === name)?.outputs[0];
  if (found !== undefined && found !== '') return found;
  const last = someOf(tensors.toReversed(), 5);
  throw new CharrnnError(
    line`${option('layer')} ${name}: ${shownName(path)} has no such tensor; its last are ${last}`,
    2,
  );
}

/** Layers with weights, and what may follow the last of them without being a layer of its own. */
const LAYERS = ['Gemm', 'MatMul', 'Conv'];
const FOLLOWING = ['Softmax', 'LogSoftmax', 'Sigmoid', 'Identity', 'Cast'];

/**
 * Returns the name of a tensor: the one called `name`, or the input of the last layer. If the network ends in something
 * else than a layer with weights and a function of its result, that is the input of the last node.
 * @throws CharrnnError (exit code 2) if there is none of that name
 */
export function chooseLayer(network: Network, name: string | undefined): string {
  if (name !== undefined) return layerCalled(network, name);
  const { nodes, weights } = network;
  const [output] = network.outputs;
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((tensor) => [tensor, node] as const)));
  const dataOf = (node: Node | undefined): string =>
    node?.inputs.find((input) => input !== '' && !weights.has(input)) ?? '';
  const isBias = ({ operation, inputs }: Node): boolean =>
    operation === 'Add' && inputs.some((own) => weights.has(own));
  const end = producers.get(output);
  let last = end;
  // An output may not depend on itself, but a damaged file can say so.
  for (let steps = 0; last && (FOLLOWING.includes(last.operation) || isBias(last)) && steps < nodes.length; steps++) {
    last = producers.get(dataOf(last));
  }
  const layer = dataOf(last && LAYERS.includes(last.operation) ? last : end);
  return producers.has(layer) ? layer : output;
}

// --- Protocol Buffers: a message is a sequence of fields, each a number, a type and a value ---

/** A field: a number, or bytes that are a text or a message; undefined for a type that is not needed. */
type Value = number | Uint8Array | undefined;

/** @throws RangeError if the bytes are not a message */
function* fieldsOf(bytes: Uint8Array): Generator<readonly [number: number, value: Value]> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length && scale < 2 ** 70; scale *= 128) {
      value += (bytes[at] & 127) * scale;
      if (bytes[at++] < 128) return value;
    }
    throw new RangeError('a number is cut off');
  };
  const skip = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('a field is cut off');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const type = tag % 8;
    const value = type === 0 ? varint() : type === 2 ? skip(varint()) : undefined;
    if (type === 1) skip(8);
    else if (type === 5) skip(4);
    else if (value === undefined) throw new RangeError(`type ${type}`);
    yield [Math.floor(tag / 8), value];
  }
}

/** The values of all fields of this number that have a length. */
function messages(bytes: Uint8Array, number: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const [own, value] of fieldsOf(bytes)) if (own === number && value instanceof Uint8Array) found.push(value);
  return found;
}

const texts = (bytes: Uint8Array, number: number): string[] =>
  messages(bytes, number).map((text) => Buffer.from(text).toString());

function numbers(bytes: Uint8Array, number: number): number[] {
  const found: number[] = [];
  for (const [own, value] of fieldsOf(bytes)) if (own === number && typeof value === 'number') found.push(value);
  return found;
}
