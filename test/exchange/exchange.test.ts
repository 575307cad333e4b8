import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { PbfReader } from 'pbf';
import type { Checkpoint, NamedArray } from '../../src/checkpoint/checkpoint.js';
import { exportedModel } from '../../src/exchange/exported-model.js';
import { importedModel } from '../../src/exchange/imported-model.js';
import { onnxModel } from '../../src/exchange/onnx-model.js';
import { safetensorsOf } from '../../src/exchange/safetensors.js';
import { writeWhole } from '../../src/files/atomic-write.js';
import { parseNetwork } from '../../src/imaging/onnx-network.js';
import { type CellName, cells } from '../../src/options/training-options.js';
import { Sampler } from '../../src/sampling/sampler.js';
import { forTask, random, sourceOf } from '../sampling/models.js';
import { temporaryFolder } from '../temporary-folder.js';

const TEXT = [3, 0, 5, 5, 1, 2, 6, 4, 4, 0, 1];
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

interface Tensors {
  readonly [name: string]: { readonly shape: readonly number[]; readonly values: Float32Array };
}

/**
 * The logits after the last symbol, by the formulas in PyTorch's documentation of nn.RNN, nn.LSTM and nn.GRU.
 * @param input what the first layer reads for a symbol
 */
function pytorchLogits(
  cell: CellName,
  layers: number,
  tensors: Tensors,
  input: (symbol: number) => number[],
): number[] {
  const times = (name: string, x: readonly number[]): number[] => {
    const { shape, values } = tensors[name];
    return Array.from({ length: shape[0] }, (_, i) =>
      x.reduce((sum, own, k) => sum + values[i * shape[1] + k] * own, 0),
    );
  };
  const plus = (x: number[], name: string): number[] => x.map((own, i) => own + tensors[name].values[i]);
  const H = tensors['rnn.weight_hh_l0'].shape[1];
  const h = Array.from({ length: layers }, () => new Array<number>(H).fill(0));
  const c = Array.from({ length: layers }, () => new Array<number>(H).fill(0));
  for (const symbol of TEXT) {
    let x = input(symbol);
    for (let l = 0; l < layers; l++) {
      const ih = plus(times(`rnn.weight_ih_l${l}`, x), `rnn.bias_ih_l${l}`);
      const hh = plus(times(`rnn.weight_hh_l${l}`, h[l]), `rnn.bias_hh_l${l}`);
      const gate = (k: number, j: number): number => ih[k * H + j] + hh[k * H + j];
      h[l] = h[l].map((before, j) => {
        if (cell === 'rnn') return Math.tanh(gate(0, j));
        if (cell === 'gru') {
          const [r, z] = [sigmoid(gate(0, j)), sigmoid(gate(1, j))];
          const n = Math.tanh(ih[2 * H + j] + r * hh[2 * H + j]);
          return (1 - z) * n + z * before;
        }
        const [i, f, g, o] = [sigmoid(gate(0, j)), sigmoid(gate(1, j)), Math.tanh(gate(2, j)), sigmoid(gate(3, j))];
        c[l][j] = f * c[l][j] + i * g;
        return o * Math.tanh(c[l][j]);
      });
      x = h[l];
    }
  }
  const logits = times('decoder.weight', h[layers - 1]);
  return 'decoder.bias' in tensors ? plus(logits, 'decoder.bias') : logits;
}

const oneHot = (V: number) => (symbol: number) => Array.from({ length: V }, (_, i) => Number(i === symbol));

function logitsOf(checkpoint: Checkpoint, text: readonly number[] = TEXT): number[] {
  const sampler = new Sampler(checkpoint.model, sourceOf(checkpoint));
  return text.map((symbol) => Array.from(sampler.read(symbol))).at(-1) ?? [];
}

function assertClose(a: readonly number[], b: readonly number[], bound = 1e-5): void {
  assert.equal(a.length, b.length);
  for (const [i, value] of a.entries()) assert.ok(Math.abs(value - b[i]) < bound, `${i}: ${value}, not ${b[i]}`);
}

describe('models in other formats', () => {
  const { path, remove } = temporaryFolder();
  after(remove);
  const file = path('model.safetensors');
  const characters = '\n abcé語';

  async function tensorsIn(name: string): Promise<Tensors> {
    const bytes = readFileSync(name);
    const size = Number(bytes.readBigUInt64LE());
    const { __metadata__: _, ...header } = JSON.parse(bytes.toString('utf8', 8, 8 + size));
    const entries = Object.entries<{ shape: number[]; data_offsets: number[] }>(header).map(([key, own]) => {
      const [from, to] = own.data_offsets;
      const values = Float32Array.from({ length: (to - from) / 4 }, (_, i) =>
        bytes.readFloatLE(8 + size + from + 4 * i),
      );
      return [key, { shape: own.shape, values }] as const;
    });
    return Object.fromEntries(entries);
  }

  async function save(tensors: Tensors, metadata: Record<string, string> = {}): Promise<void> {
    const all = Object.entries(tensors).map(([name, own]) => ({ name, ...own }));
    await writeWhole(file, safetensorsOf(all, metadata));
  }

  for (const cell of cells) {
    it(`are what PyTorch's formulas make of their weights, and come back bit for bit (${cell})`, async () => {
      const checkpoint = random(characters, cell);
      // A zero with a sign, which a sum with the second bias would lose.
      const bias = checkpoint.parameters.find(({ name }) => name === 'layer0.b');
      bias?.values.set([-0], 2);
      await writeWhole(file, exportedModel(checkpoint, 'safetensors'));
      const tensors = await tensorsIn(file);
      assertClose(pytorchLogits(cell, 2, tensors, oneHot(7)), logitsOf(checkpoint));
      const back = await importedModel(file);
      assert.deepEqual(back, { ...checkpoint, parameters: back.parameters });
      const bytes = ({ values }: NamedArray): Buffer =>
        Buffer.from(values.buffer, values.byteOffset, values.byteLength);
      back.parameters.forEach((own, i) => {
        assert.equal(own.name, checkpoint.parameters[i].name);
        assert.ok(bytes(own).equals(bytes(checkpoint.parameters[i])), own.name);
      });
    });
  }

  it('may have an embedding, other names, another order of symbols, no biases', async () => {
    const numbers = (...shape: number[]) => ({
      shape,
      values: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * 1.7 + shape.length)),
    });
    const H = 5;
    const tensors: Tensors = {
      'encoder.weight': numbers(6, 4),
      'net.lstm.weight_ih_l0': numbers(4 * H, 4),
      'net.lstm.weight_hh_l0': numbers(4 * H, H),
      'fc.weight': numbers(6, H),
    };
    await save(tensors);
    writeFileSync(path('chars.json'), JSON.stringify(['z', '<unk>', 'b', '語', 'a', '\n']));
    const checkpoint = await importedModel(file, path('chars.json'));
    assert.deepEqual(checkpoint.vocabulary, { codePoints: [10, 97, 98, 122, 0x8a9e], unknown: true });
    // Ours: unknown, \n, a, b, z, 語.
    const theirs = [1, 5, 4, 2, 0, 3];
    const zero = { shape: [4 * H], values: new Float32Array(4 * H) };
    const standard: Tensors = {
      'rnn.weight_ih_l0': tensors['net.lstm.weight_ih_l0'],
      'rnn.weight_hh_l0': tensors['net.lstm.weight_hh_l0'],
      ...{ 'rnn.bias_ih_l0': zero, 'rnn.bias_hh_l0': zero },
      'decoder.weight': tensors['fc.weight'],
    };
    const { values } = tensors['encoder.weight'];
    const expected = pytorchLogits('lstm', 1, standard, (symbol) => [
      ...values.subarray(4 * (symbol % 6), 4 * (symbol % 6) + 4),
    ]);
    const own = logitsOf(
      checkpoint,
      TEXT.map((symbol) => theirs.indexOf(symbol % 6)),
    );
    assertClose(
      own,
      theirs.map((row) => expected[row]),
    );
    writeFileSync(path('chars.json'), JSON.stringify({ b: 2, z: 0, 語: 3, '<unk>': 1, '\n': 5, a: 4 }));
    assert.deepEqual(await importedModel(file, path('chars.json')), checkpoint);
  });

  it('are refused in one line when they are no character model', async () => {
    const checkpoint = random(characters, 'gru');
    await writeWhole(file, exportedModel(checkpoint, 'safetensors'));
    const good = await tensorsIn(file);
    const vocabulary = JSON.stringify(Array.from(characters));
    const H = 7;
    const one = (...shape: number[]) => ({ shape, values: new Float32Array(shape.reduce((a, b) => a * b)) });
    const { 'decoder.weight': decoder, 'decoder.bias': _, ...headless } = good;
    const cases: [Tensors, Record<string, string>, RegExp][] = [
      [{ 'decoder.weight': decoder }, {}, /has no tensor weight_ih_l0; give the weights of one nn\.LSTM/],
      [{ ...good, 'other.weight_ih_l0': one(21, 7) }, {}, /has several: rnn\.weight_ih_l0, other\.weight_ih_l0/],
      [
        { ...good, 'rnn.weight_ih_l0': one(14, 7) },
        {},
        /weight_ih_l0 has 14 rows, weight_hh_l0 7 columns: no cell of 1, 3 or 4 gates/,
      ],
      [{ ...good, 'rnn.weight_hh_l1': one(21, 6) }, {}, /rnn\.weight_hh_l1: has shape \(21, 6\), not \(21, 7\)/],
      [
        { ...good, 'rnn.weight_ih_l0_reverse': one(21, 7) },
        {},
        /rnn\.weight_ih_l0_reverse: charrnn has no such part; leave it out/,
      ],
      [{ ...good, 'rnn.weight_hr_l0': one(7, 7) }, {}, /rnn\.weight_hr_l0: charrnn has no such part/],
      [
        { ...good, 'a.weight': one(7, 7), 'a.bias': one(7) },
        {},
        /cannot tell decoder and embedding apart among decoder\.weight, a\.weight/,
      ],
      [headless, {}, /has no decoder, a matrix \(symbols, 7\)/],
      [{ ...good, 'norm.weight': one(9) }, {}, /norm\.weight: charrnn has no such part/],
      [
        { ...good, 'rnn.weight_ih_l0': one(3 * H, 4) },
        {},
        /the first layer reads 4 numbers, the decoder writes 7 symbols, and there is no embedding/,
      ],
      [good, {}, /has no vocabulary in its metadata; give vocabulary with a JSON list/],
      [good, { vocabulary: '["a"]' }, /the vocabulary has 1 symbols, the model 7; give one for each row/],
      [good, { vocabulary: '3' }, /the vocabulary is not a list of characters/],
      [good, { vocabulary: '[' }, /the vocabulary is not JSON/],
      [good, { vocabulary: '["a","b","c","d","e","f","a"]' }, /the vocabulary has "a" \(U\+0061\) twice/],
      [
        good,
        { vocabulary: '["a","b","c","d","e","<s>","</s>"]' },
        /has "<s>" and "<\/s>"; only one symbol may be other than a character/,
      ],
      [good, { vocabulary: '{"a":0,"b":0}' }, /gives "b" the row 0; each row from 0 must occur once/],
    ];
    for (const [tensors, metadata, message] of cases) {
      await save(tensors, metadata);
      await assert.rejects(importedModel(file), message);
    }
    await save(good, { vocabulary });
    assert.deepEqual(await importedModel(file), checkpoint);
    const labels = forTask({ name: 'label', labels: ['a', 'b'] });
    await assert.rejects(writeWhole(file, exportedModel(labels, 'safetensors')), /its model labels texts/);
  });

  it('of ONNX have a chain of standard operators', async () => {
    for (const cell of cells) {
      await writeWhole(path('model.onnx'), exportedModel(random(characters, cell), 'onnx'));
      const network = parseNetwork('model.onnx', readFileSync(path('model.onnx')));
      const operator = cell.toUpperCase();
      assert.deepEqual(
        network?.nodes.map(({ operation }) => operation),
        ['OneHot', operator, 'Squeeze', operator, 'Squeeze', 'MatMul', 'Add'],
      );
      const states = cell === 'lstm' ? ['h0', 'c0', 'h1', 'c1'] : ['h0', 'h1'];
      assert.deepEqual(
        network?.inputs.map(({ name, shape }) => [name, shape]),
        [['symbols', [undefined, undefined]], ...states.map((state) => [state, [1, undefined, 7]])],
      );
      assert.deepEqual(network?.outputs, ['logits', ...states.map((state) => `${state}_after`)]);
    }
  });

  for (const cell of cells) {
    it(`of ONNX are what the formulas of its operators make of their weights (${cell})`, () => {
      const checkpoint = random(characters, cell);
      const { constants, attributes } = onnxParts(onnxModel(checkpoint.model, checkpoint.parameters, {}));
      for (const own of attributes) {
        assert.deepEqual(own, { hidden_size: 7, ...(cell === 'gru' && { linear_before_reset: 1 }) });
      }
      assertClose(onnxLogits(cell, 2, constants), logitsOf(checkpoint));
    });
  }
});

/** The constants of a network by name, and the attributes of its recurrent operators. */
function onnxParts(bytes: Uint8Array) {
  const constants: Record<string, Float32Array> = {};
  const attributes: Record<string, number>[] = [];
  const fields = (pbf: PbfReader, end: number, onField: (tag: number) => void): void => {
    while (pbf.pos < end) {
      const key = pbf.readVarint();
      pbf.type = key & 7;
      const before = pbf.pos;
      onField(key >> 3);
      if (pbf.pos === before) pbf.skip(key);
    }
  };
  const inside = (pbf: PbfReader, onField: (tag: number) => void): void =>
    fields(pbf, pbf.readVarint() + pbf.pos, onField);
  const pbf = new PbfReader(bytes);
  const constant = (): void => {
    let [name, data] = ['', new Uint8Array()];
    inside(pbf, (tag) => {
      if (tag === 8) name = pbf.readString();
      if (tag === 9) data = new Uint8Array(pbf.readBytes());
    });
    constants[name] = new Float32Array(data.buffer);
  };
  const node = (): void => {
    const own: Record<string, number> = {};
    let operation = '';
    inside(pbf, (tag) => {
      if (tag === 4) operation = pbf.readString();
      if (tag !== 5) return;
      let key = '';
      inside(pbf, (field) => {
        if (field === 1) key = pbf.readString();
        if (field === 3) own[key] = pbf.readVarint();
      });
    });
    if (['RNN', 'LSTM', 'GRU'].includes(operation)) attributes.push(own);
  };
  fields(pbf, bytes.length, (tag) => {
    if (tag !== 7) return;
    inside(pbf, (field) => {
      if (field === 1) node();
      if (field === 5) constant();
    });
  });
  return { constants, attributes };
}

/** The logits after the last symbol, by the formulas in ONNX's documentation of RNN, LSTM (i o f c) and GRU (z r h). */
function onnxLogits(cell: CellName, layers: number, constants: Readonly<Record<string, Float32Array>>): number[] {
  const V = constants['decoder.b'].length;
  const H = constants['decoder.W'].length / V;
  const h = Array.from({ length: layers }, () => new Array<number>(H).fill(0));
  const c = Array.from({ length: layers }, () => new Array<number>(H).fill(0));
  for (const symbol of TEXT) {
    let x = oneHot(V)(symbol);
    for (let l = 0; l < layers; l++) {
      const [W, R, B] = ['W', 'R', 'B'].map((name) => constants[name + l]);
      const M = B.length / 2;
      const dot = (matrix: Float32Array, row: number, v: readonly number[]): number =>
        v.reduce((sum, own, k) => sum + matrix[row * v.length + k] * own, 0);
      const [before, input] = [h[l], x];
      const ofX = (k: number, j: number): number => dot(W, k * H + j, input) + B[k * H + j];
      const ofH = (k: number, j: number): number => dot(R, k * H + j, before) + B[M + k * H + j];
      const both = (k: number, j: number): number => ofX(k, j) + ofH(k, j);
      h[l] = before.map((own, j) => {
        if (cell === 'rnn') return Math.tanh(both(0, j));
        if (cell === 'gru') {
          const [z, r] = [sigmoid(both(0, j)), sigmoid(both(1, j))];
          return (1 - z) * Math.tanh(ofX(2, j) + r * ofH(2, j)) + z * own;
        }
        const [i, o, f] = [sigmoid(both(0, j)), sigmoid(both(1, j)), sigmoid(both(2, j))];
        c[l][j] = f * c[l][j] + i * Math.tanh(both(3, j));
        return o * Math.tanh(c[l][j]);
      });
      x = h[l];
    }
  }
  const top = h[layers - 1];
  return Array.from(constants['decoder.b'], (b, v) =>
    top.reduce((sum, own, j) => sum + own * constants['decoder.W'][j * V + v], b),
  );
}
