import assert from 'node:assert/strict';
import { type Backend, reference, wasm } from '../../src/kernels/backend.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { Plan } from '../../src/kernels/plan.js';
import { dropoutKeys } from '../../src/model/dropout.js';
import { create, layOut } from '../../src/model/instance.js';
import type { LanguageModel } from '../../src/model/network.js';
import { initialise } from '../../src/model/parameters.js';
import type { ModelShape } from '../../src/model/shape.js';
import { cells } from '../../src/options/training-options.js';
import type { Worker } from '../../src/parallel/team.js';

const N = 3;
const V = 7;

class Fixture {
  readonly model: LanguageModel;
  readonly kernels: Kernels;
  readonly worker: Worker;

  constructor(backend: Backend, shape: ModelShape, sequence: number, dropout = 0) {
    const settings = { batch: N, sequence, dropout, training: true };
    const { model, kernels, worker } = create(layOut({ backend, shape, settings }));
    this.model = model;
    this.kernels = kernels;
    this.worker = worker;
    initialise(this.model.weights, this.kernels, 5);
    this.model.prepare(this.worker, undefined);
  }

  /** Reads symbols (T·N) and carries the state. @returns the top layer's output and the logits */
  read(symbols: ArrayLike<number>): number[][] {
    const { model, kernels, worker } = this;
    kernels.writeIndices(model.inputs, symbols);
    model.forward(worker, undefined);
    model.decode(worker, undefined);
    model.carry(worker);
    const top = model.layers[model.layers.length - 1].output;
    return [Array.from(kernels.read(top)), Array.from(kernels.read(model.logits))];
  }
}

const symbols = Array.from({ length: 12 * N }, (_, i) => (5 * i + Math.floor(i / 4)) % V);

for (const backend of [wasm, reference('float64')]) {
  for (const cell of cells) {
    const shape: ModelShape = { cell, layers: 2, hidden: 5, vocabulary: V };
    describe(`${cell} on ${backend.name}`, () => {
      it('reads three chunks with carried state to the same bits as the whole sequence', () => {
        const whole = new Fixture(backend, shape, 12).read(symbols);
        const part = new Fixture(backend, shape, 4);
        const chunks = [0, 1, 2].map((i) => part.read(symbols.slice(i * 4 * N, (i + 1) * 4 * N)));
        assert.deepEqual(
          whole,
          [0, 1].map((output) => chunks.flatMap((chunk) => chunk[output])),
        );
      });

      it('reads single steps to the same bits as the whole sequence', () => {
        const whole = new Fixture(backend, shape, 12).read(symbols);
        const single = new Fixture(backend, shape, 1);
        const steps = Array.from({ length: 12 }, (_, t) => single.read(symbols.slice(t * N, (t + 1) * N)));
        assert.deepEqual(
          whole,
          [0, 1].map((output) => steps.flatMap((step) => step[output])),
        );
      });

      it('keeps the streams of a batch independent', () => {
        const one = new Fixture(backend, shape, 4).read(symbols.slice(0, 4 * N))[0];
        const changed = symbols.slice(0, 4 * N).map((symbol, i) => (i % N === 1 ? (symbol + 1) % V : symbol));
        const other = new Fixture(backend, shape, 4).read(changed)[0];
        const stream = (values: number[], n: number) => values.filter((_, i) => Math.floor(i / 5) % N === n);
        assert.deepEqual(stream(one, 0), stream(other, 0));
        assert.deepEqual(stream(one, 2), stream(other, 2));
        assert.notDeepEqual(stream(one, 1), stream(other, 1));
      });

      it('forgets its state on reset', () => {
        const fixture = new Fixture(backend, shape, 4);
        const first = fixture.read(symbols.slice(0, 4 * N));
        const second = fixture.read(symbols.slice(0, 4 * N));
        fixture.model.reset(fixture.worker);
        assert.notDeepEqual(first, second);
        assert.deepEqual(fixture.read(symbols.slice(0, 4 * N)), first);
      });
    });
  }
}

describe('dropout in the model', () => {
  const shape: ModelShape = { cell: 'gru', layers: 2, hidden: 64, vocabulary: V };
  const logitsWith = (keys: ReturnType<typeof dropoutKeys>): number[] => {
    const { model, kernels, worker } = new Fixture(wasm, shape, 12, 0.5);
    kernels.writeIndices(model.inputs, symbols);
    model.forward(worker, keys);
    model.decode(worker, keys);
    return Array.from(kernels.read(model.logits));
  };

  it('depends on seed and step alone, and is off without keys', () => {
    assert.deepEqual(logitsWith(dropoutKeys(1, 9, 2)), logitsWith(dropoutKeys(1, 9, 2)));
    assert.notDeepEqual(logitsWith(dropoutKeys(1, 9, 2)), logitsWith(dropoutKeys(1, 10, 2)));
    assert.notDeepEqual(logitsWith(dropoutKeys(1, 9, 2)), logitsWith(dropoutKeys(2, 9, 2)));
    assert.deepEqual(logitsWith(undefined), new Fixture(wasm, shape, 12).read(symbols)[1]);
  });

  it('drops the given fraction and scales up the rest', () => {
    const plan = new Plan();
    const x = plan.tensor('x', 40_000);
    const kernels = wasm.create(plan);
    kernels.write(x, new Float32Array(x.size).fill(3));
    kernels.dropout(x, x, 0.25, dropoutKeys(1, 1, 1)?.outputs[0] ?? [0, 0], 0);
    const values = kernels.read(x);
    const kept = values.filter((value) => value !== 0);
    assert.ok(kept.every((value) => value === 4));
    // Five standard deviations of a binomial distribution.
    assert.ok(Math.abs(kept.length - 30_000) < 5 * Math.sqrt(40_000 * 0.25 * 0.75), `${kept.length}`);
  });
});

describe('locked dropout', () => {
  const H = 40;
  const T = 6;
  const layer = (locked: boolean): Float32Array | Float64Array => {
    const shape: ModelShape = { cell: 'rnn', layers: 1, hidden: H, vocabulary: V };
    const settings = { batch: N, sequence: T, dropout: 0.5, locked, training: true };
    const layout = layOut({ backend: wasm, shape, settings });
    const { model, kernels, worker } = create(layout);
    initialise(model.weights, kernels, 5);
    const keys = dropoutKeys(1, 1, 1);
    model.prepare(worker, keys);
    kernels.writeIndices(model.inputs, symbols.slice(0, T * N));
    model.forward(worker, keys);
    model.decode(worker, keys);
    return kernels.read(layout.plan.tensors.find(({ name }) => name === 'layer0.h dropped') ?? assert.fail());
  };
  const zeros = (values: ArrayLike<number>, t: number): string =>
    Array.from(values)
      .slice(t * N * H, (t + 1) * N * H)
      .map((value) => (value === 0 ? '0' : '1'))
      .join('');

  it('drops the same outputs of a stream at every step, different ones per stream; free dropout varies by step', () => {
    const locked = layer(true);
    for (let t = 1; t < T; t++) assert.equal(zeros(locked, t), zeros(locked, 0));
    assert.notEqual(zeros(locked, 0).slice(0, H), zeros(locked, 0).slice(H, 2 * H));
    const free = layer(false);
    assert.notEqual(zeros(free, 1), zeros(free, 0));
  });
});

describe('weight drop', () => {
  it('drops recurrent weights only during training', () => {
    const shape: ModelShape = { cell: 'gru', layers: 2, hidden: 9, vocabulary: V };
    const settings = { batch: N, sequence: 12, dropout: 0, weightDrop: 0.5, training: true };
    const layout = layOut({ backend: wasm, shape, settings });
    const { model, kernels, worker } = create(layout);
    initialise(model.weights, kernels, 5);
    const logits = (keys: ReturnType<typeof dropoutKeys>): ArrayLike<number> => {
      model.prepare(worker, keys);
      kernels.writeIndices(model.inputs, symbols);
      model.forward(worker, keys);
      model.decode(worker, keys);
      return kernels.read(model.logits);
    };
    assert.deepEqual(logits(undefined), Float32Array.from(new Fixture(wasm, shape, 12).read(symbols)[1]));
    assert.notDeepEqual(logits(dropoutKeys(1, 1, 2)), logits(undefined));
    assert.notDeepEqual(logits(dropoutKeys(1, 1, 2)), logits(dropoutKeys(1, 2, 2)));
    const dropped = kernels.read(layout.plan.tensors.find(({ name }) => name === 'layer1.Wh dropped') ?? assert.fail());
    const Wh = kernels.read(model.weights.get('layer1.Wh'));
    model.prepare(worker, dropoutKeys(1, 2, 2));
    assert.ok(dropped.every((value, i) => value === 0 || value === 2 * Wh[i]));
  });
});
