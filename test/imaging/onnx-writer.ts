// Writes small networks in ONNX format. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto has the numbers of fields.

/** A field of a message: a number, a text, or a message. */
export type Field = readonly [number: number, value: number | string | Uint8Array];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

export function message(...fields: Field[]): Uint8Array {
  const parts = fields.map(([number, value]) => {
    if (typeof value === 'number') return Buffer.from([...varint(number * 8), ...varint(value)]);
    const content = Buffer.from(value as Uint8Array);
    return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(content.length)]), content]);
  });
  return Buffer.concat(parts);
}

export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  /** Name of a file next to the network that has the values. */
  readonly file?: string;
}

function tensor({ name, shape, values, file }: Weight): Uint8Array {
  const data: Field[] =
    file === undefined
      ? [[9, Buffer.from(Float32Array.from(values).buffer)]]
      : [
          [13, message([1, 'location'], [2, file])],
          [14, 1],
        ];
  return message(...shape.map((length): Field => [1, length]), [2, 1], [8, name], ...data);
}

/** A tensor with a type; a text is the name of a free length. */
const value = (name: string, shape: readonly (number | string)[], type = 1): Uint8Array => {
  const lengths = shape.map((length): Field => [1, message([typeof length === 'number' ? 1 : 2, length])]);
  return message([1, name], [2, message([1, message([1, type], [2, message(...lengths)])])]);
};

export type NodeRow = readonly [operation: string, inputs: string, outputs: string, name?: string];

export interface NetworkParts {
  readonly input: readonly (number | string)[];
  readonly nodes: readonly NodeRow[];
  readonly weights?: readonly Weight[];
  readonly output?: string;
  /** Number of the type of the input; 1 is float32. */
  readonly type?: number;
  readonly moreInputs?: readonly string[];
}

/** The bytes of a network whose input is `images`. */
export function onnxNetwork({ input, nodes, weights = [], output, type = 1, moreInputs = [] }: NetworkParts) {
  const names = (text: string): string[] => text.split(' ');
  const graph = message(
    ...nodes.map(([operation, inputs, outputs, name = '']): Field => {
      const fields = [...names(inputs).map((own): Field => [1, own]), ...names(outputs).map((own): Field => [2, own])];
      return [1, message(...fields, [3, name], [4, operation])];
    }),
    [2, 'graph'],
    ...weights.map((weight): Field => [5, tensor(weight)]),
    [11, value('images', input, type)],
    ...moreInputs.map((name): Field => [11, value(name, [1])]),
    [12, message([1, output ?? nodes[nodes.length - 1][2]])],
  );
  return message([1, 8], [7, graph], [8, message([2, 13])]);
}

/** (4, 3, 1, 1) and (4), (4, 2) and (2). */
export const convolution = {
  name: 'conv.W',
  shape: [4, 3, 1, 1],
  values: [1, 2, -1, 0.5, -1, 2, -2, 1, 1, 0.25, 0, 0],
};
export const convolutionBias = { name: 'conv.b', shape: [4], values: [0.1, -0.2, 0.3, 0] };
const decision = { name: 'fc.W', shape: [4, 2], values: [1, -1, 2, 0, 0, 1, 1, 1] };
const decisionBias = { name: 'fc.b', shape: [2], values: [0, 0.5] };

/** Convolution, rectifier, mean over the image, and a classifier. */
export const smallNetwork: NetworkParts = {
  input: ['N', 3, 5, 4],
  nodes: [
    ['Conv', 'images conv.W conv.b', 'maps', 'convolution'],
    ['Relu', 'maps', 'rectified'],
    ['GlobalAveragePool', 'rectified', 'pooled'],
    ['Flatten', 'pooled', 'features'],
    ['Gemm', 'features fc.W fc.b', 'classes'],
  ],
  weights: [convolution, convolutionBias, decision, decisionBias],
};
