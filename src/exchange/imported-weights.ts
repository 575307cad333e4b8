// Finds a character model among the tensors of somebody else's file: a recurrent network in PyTorch's layout, a decoder, and
// perhaps an embedding, which is folded into the first layer.

import { Fault } from '../files/system-errors.js';
import { counted, formatCount, someOf } from '../format.js';
import { type ModelShape, parameterShapes } from '../model/shape.js';
import type { CellName } from '../options/training-options.js';
import { pytorchOrder, untransposed } from './pytorch-layout.js';
import { type StoredTensor, shownTensor } from './safetensors.js';
import type { SymbolOrder } from './symbol-order.js';

/** The tensors of a character model, as a file has them. */
interface FoundModel {
  readonly shape: ModelShape;
  /** Takes a name such as `weight_ih_l0`; undefined if biases were left out. */
  readonly recurrent: (name: string) => StoredTensor | undefined;
  readonly embedding: StoredTensor | undefined;
  readonly decoder: StoredTensor;
  readonly decoderBias: StoredTensor | undefined;
}

/** @throws Fault when the tensors are not those of one character model */
export function findModel(tensors: ReadonlyMap<string, StoredTensor>): FoundModel {
  const names = [...tensors.keys()];
  const firsts = names.filter((name) => name.endsWith('weight_ih_l0'));
  if (firsts.length !== 1) {
    const found = firsts.length === 0 ? 'no tensor weight_ih_l0' : `several: ${someOf(firsts.map(shownTensor), 3)}`;
    throw new Fault(`has ${found}; give the weights of one nn.LSTM, nn.GRU or nn.RNN with its decoder`);
  }
  const prefix = firsts[0].slice(0, -'weight_ih_l0'.length);
  const recurrent = (name: string): StoredTensor | undefined => tensors.get(prefix + name);
  const need = (name: string): StoredTensor => {
    const tensor = recurrent(name);
    if (!tensor) throw new Fault(`has no tensor ${shownTensor(prefix + name)}; give all weights of the network`);
    return tensor;
  };
  const H = need('weight_hh_l0').shape.at(-1) ?? 0;
  const [M = 0, D = 0] = need('weight_ih_l0').shape;
  const cell = H > 0 ? cellOfGates[M / H] : undefined;
  if (!cell) {
    throw new Fault(
      `weight_ih_l0 has ${counted(M, 'row')}, weight_hh_l0 ${counted(H, 'column')}: no cell of 1, 3 or 4 gates; give an nn.RNN, nn.GRU or nn.LSTM`,
    );
  }
  let layers = 0;
  while (recurrent(`weight_ih_l${layers}`)) layers++;
  const own = new Set<string>();
  for (let l = 0; l < layers; l++) {
    const parts: readonly [string, readonly number[]][] = [
      [`weight_ih_l${l}`, [M, l === 0 ? D : H]],
      [`weight_hh_l${l}`, [M, H]],
      [`bias_ih_l${l}`, [M]],
      [`bias_hh_l${l}`, [M]],
    ];
    for (const [name, wanted] of parts) {
      const tensor = name.startsWith('weight') ? need(name) : recurrent(name);
      if (tensor) requireShape(tensor, wanted);
      own.add(prefix + name);
    }
  }
  const others = names.filter((name) => !own.has(name)).flatMap((name) => tensors.get(name) ?? []);
  // Another direction, or a projection of the output.
  const strange = others.find(({ name }) => /^(weight|bias)_(ih|hh|hr)_l/.test(name.slice(prefix.length)));
  if (strange) throw noSuchPart(strange);
  const { embedding, decoder, decoderBias } = findMatrices(others, D, H);
  const [V] = decoder.shape;
  if (embedding) requireShape(embedding, [V, D]);
  else if (D !== V) {
    const fault = `the first layer reads ${formatCount(D)} numbers, the decoder writes ${formatCount(V)} symbols`;
    throw new Fault(`${fault}, and there is no embedding; name it embedding.weight`);
  }
  return { shape: { cell, layers, hidden: H, vocabulary: V }, recurrent, embedding, decoder, decoderBias };
}

const cellOfGates: Readonly<Record<number, CellName>> = { 1: 'rnn', 3: 'gru', 4: 'lstm' };

function requireShape({ name, shape }: StoredTensor, wanted: readonly number[]): void {
  if (shape.length === wanted.length && shape.every((length, i) => length === wanted[i])) return;
  throw new Fault(
    `${shownTensor(name)}: has shape (${shape.join(', ')}), not (${wanted.join(', ')}); give weights of one network`,
  );
}

const noSuchPart = ({ name }: StoredTensor): Fault =>
  new Fault(`${shownTensor(name)}: charrnn has no such part; leave it out if it does nothing`);

/** Tells decoder and embedding apart: by a bias, by their names, and by what their columns fit. */
function findMatrices(others: readonly StoredTensor[], D: number, H: number) {
  const matrices = others.filter(({ shape }) => shape.length === 2);
  const biasOf = ({ name }: StoredTensor): StoredTensor | undefined =>
    others.find((other) => other.shape.length === 1 && other.name === name.replace(/weight$/, 'bias'));
  const isNamedEmbedding = ({ name }: StoredTensor): boolean => /emb|encod/i.test(name);
  const canDecode = (m: StoredTensor): boolean => m.shape[1] === H && !isNamedEmbedding(m);
  const withBias = matrices.filter((m) => canDecode(m) && biasOf(m));
  const candidates = withBias.length > 0 ? withBias : matrices.filter(canDecode);
  const tied = matrices.length === 1 && D === H ? matrices : [];
  const [decoder, another] = candidates.length > 0 ? candidates : tied;
  if (!decoder) throw new Fault(`has no decoder, a matrix (symbols, ${formatCount(H)}); name it decoder.weight`);
  const isTied = candidates.length === 0;
  const rest = matrices.filter((m) => isTied || m !== decoder);
  if (another || rest.length > 1) {
    const all = someOf(
      matrices.map(({ name }) => shownTensor(name)),
      4,
    );
    throw new Fault(
      `cannot tell decoder and embedding apart among ${all}; name them decoder.weight and embedding.weight`,
    );
  }
  const decoderBias = others.find((other) => other.shape.length === 1 && other === (biasOf(decoder) ?? other));
  if (decoderBias) requireShape(decoderBias, [decoder.shape[0]]);
  const [embedding] = rest;
  const stray = others.find((other) => ![decoder, embedding, decoderBias].includes(other));
  if (stray) throw noSuchPart(stray);
  return { embedding, decoder, decoderBias };
}

/**
 * Returns the parameters of the model, its symbols in the order of our vocabulary.
 * @throws CharrnnError or Fault when numbers cannot be read
 */
export async function importedParameters(found: FoundModel, { theirs }: SymbolOrder) {
  const { shape, recurrent } = found;
  const { cell, hidden: H, vocabulary: V } = shape;
  const order = pytorchOrder(cell);
  const M = order.length * H;
  const numbers = async (name: string): Promise<Float32Array> => (await recurrent(name)?.read()) ?? new Float32Array(M);
  const values = new Map<string, Float32Array>();
  for (let l = 0; l < shape.layers; l++) {
    const D = l === 0 && !found.embedding ? V : (recurrent(`weight_ih_l${l}`)?.shape[1] ?? H);
    const ih = untransposed(await numbers(`weight_ih_l${l}`), D, M, order);
    const Wx = l === 0 && found.embedding ? folded(await found.embedding.read(), ih, V, D, M) : ih;
    values.set(`layer${l}.Wx`, l === 0 ? rowsInOrder(Wx, M, theirs) : Wx);
    values.set(`layer${l}.Wh`, untransposed(await numbers(`weight_hh_l${l}`), H, M, order));
    const [b, bh] = [
      untransposed(await numbers(`bias_ih_l${l}`), 1, M, order),
      untransposed(await numbers(`bias_hh_l${l}`), 1, M, order),
    ];
    // Only a gru keeps both. A zero is left out of the sum, which would turn −0 into 0.
    values.set(`layer${l}.b`, cell === 'gru' ? b : b.map((value, i) => (bh[i] === 0 ? value : value + bh[i])));
    values.set(`layer${l}.bh`, bh);
  }
  values.set('decoder.W', untransposed(rowsInOrder(await found.decoder.read(), H, theirs), H, V, [0]));
  values.set('decoder.b', rowsInOrder((await found.decoderBias?.read()) ?? new Float32Array(V), 1, theirs));
  return parameterShapes(shape).map(({ name, shape: own }) => ({
    ...{ name, shape: own },
    values: values.get(name) ?? new Float32Array(0),
  }));
}

/** The product of an embedding (V,D) and a matrix (D,M): what the first layer makes of each symbol. */
function folded(E: Float32Array, W: Float32Array, V: number, D: number, M: number): Float32Array {
  const result = new Float32Array(V * M);
  const row = new Float64Array(M);
  for (let v = 0; v < V; v++) {
    row.fill(0);
    for (let d = 0; d < D; d++) {
      const e = E[v * D + d];
      for (let m = 0; m < M; m++) row[m] += e * W[d * M + m];
    }
    result.set(row, v * M);
  }
  return result;
}

/** Rows of a matrix (V, width), one for each symbol: row i of the result is row `theirs[i]`. */
function rowsInOrder(values: Float32Array, width: number, theirs: readonly number[]): Float32Array {
  const result = new Float32Array(values.length);
  theirs.forEach((row, i) => {
    result.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return result;
}
