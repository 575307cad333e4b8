import assert from 'node:assert/strict';
import { wasm } from '../../src/kernels/backend.js';
import { create, layOut } from '../../src/model/instance.js';
import { initialise } from '../../src/model/parameters.js';
import type { ModelShape } from '../../src/model/shape.js';
import { cells } from '../../src/options/training-options.js';

const H = 30;
const V = 20;

/** The initial values of a model by parameter name. */
function initial(shape: Partial<ModelShape>, seed = 1): ReadonlyMap<string, Float32Array> {
  const settings = { batch: 2, sequence: 3, dropout: 0, training: false };
  const full: ModelShape = { cell: 'lstm', layers: 2, hidden: H, vocabulary: V, ...shape };
  const { model, kernels } = create(layOut({ backend: wasm, shape: full, settings }));
  initialise(model.weights, kernels, seed);
  return new Map(model.weights.tensors.map((x) => [x.name, Float32Array.from(kernels.read(x))]));
}

describe('initialise', () => {
  for (const cell of cells) {
    it(`draws the weights of ${cell} with variance 1 / inputs and no two matrices alike`, () => {
      const all = initial({ cell });
      const beginnings = new Set<number>();
      for (const [name, values] of all) {
        if (name.endsWith('b') || name.endsWith('bh')) continue;
        const variance = name === 'layer0.Wx' ? 1 : 1 / H;
        const measured = values.reduce((sum, w) => sum + w * w, 0) / values.length;
        // The square of a uniform number has a variance of 4/5 times its mean squared; five standard deviations.
        const bound = 5 * Math.sqrt(0.8 / values.length);
        assert.ok(Math.abs(measured / variance - 1) < bound, `${name}: ${measured}, not ${variance}`);
        const mean = values.reduce((sum, w) => sum + w, 0) / values.length;
        assert.ok(Math.abs(mean) < 5 * Math.sqrt(variance / values.length), `${name}: mean ${mean}`);
        const largest = values.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
        assert.ok(largest <= Math.fround(Math.sqrt(3 * variance)), `${name}: ${largest}`);
        beginnings.add(values[0] / Math.sqrt(variance));
      }
      assert.equal(beginnings.size, 5);
    });
  }

  it('sets the bias of the forget gate to 1 and every other bias to 0', () => {
    const gates = (i: number, f: number, o: number, g: number): number[] =>
      [i, f, o, g].flatMap((value) => Array<number>(H).fill(value));
    const lstm = initial({ cell: 'lstm' });
    for (const name of ['layer0.b', 'layer1.b']) assert.deepEqual([...(lstm.get(name) ?? [])], gates(0, 1, 0, 0));
    assert.deepEqual(lstm.get('decoder.b'), new Float32Array(V));
    const gru = initial({ cell: 'gru' });
    for (const name of ['layer0.b', 'layer0.bh', 'layer1.b', 'layer1.bh']) {
      assert.deepEqual(gru.get(name), new Float32Array(3 * H));
    }
    assert.deepEqual(initial({ cell: 'rnn' }).get('layer1.b'), new Float32Array(H));
  });

  it('depends on the seed alone', () => {
    assert.deepEqual(initial({}, 7), initial({}, 7));
    assert.notDeepEqual(initial({}, 7).get('layer0.Wh'), initial({}, 8).get('layer0.Wh'));
  });
});
