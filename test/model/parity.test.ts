import assert from 'node:assert/strict';
import { Network } from '../../src/gradcheck/fixed-network.js';
import { reference, wasm } from '../../src/kernels/backend.js';
import { cells } from '../../src/options/training-options.js';
import { gru, lstm, rnn } from './parity-constants.js';

const [V, H, N, T, L] = [7, 5, 2, 4, 2];
const text = (time: number, stream: number, offset: number) =>
  Array.from({ length: T * N }, (_, r) => (time * Math.floor(r / N) + stream * (r % N) + offset) % V);

function assertNear(what: string, actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length, what);
  expected.forEach((value, i) => {
    const error = Math.abs(actual[i] - value);
    assert.ok(error <= tolerance * (1 + Math.abs(value)), `${what}[${i}] is ${actual[i]}, PyTorch has ${value}`);
  });
}

for (const [backend, tolerance] of [
  [wasm, 1e-6],
  [reference('float64'), 1e-11],
] as const) {
  for (const cell of cells) {
    it(`a two-layer ${cell} on ${backend.name} matches PyTorch within ${tolerance}`, () => {
      const shape = { cell, layers: L, hidden: H, vocabulary: V };
      const network = new Network(backend, shape, { batch: N, sequence: T, dropout: 0, seed: 1 });
      const { kernels, variables, model } = network;
      const states = variables.filter(({ name }) => name.startsWith('initial'));
      variables.forEach(({ value }, v) => {
        const p = v - (variables.length - states.length);
        const wave = (i: number): number => {
          if (p >= 0) return 0.4 * Math.sin(0.9 * i + p);
          return 0.5 * (v % 2 === 0 ? Math.cos(0.7 * i + v) : Math.sin(0.7 * i + v));
        };
        const values = Array.from({ length: value.size }, (_, i) => wave(i));
        kernels.write(value, values);
      });
      network.setText(text(3, 5, 1), text(2, 3, 2));

      const expected = { rnn, lstm, gru }[cell];
      assertNear('loss', [network.lossAndGradients()], [expected.loss], tolerance);
      assertNear('hidden', kernels.read(model.layers[L - 1].output), expected.hidden, tolerance);
      assert.deepEqual(
        variables.map(({ name }) => name),
        Object.keys(expected.gradients),
      );
      for (const { name, gradient } of variables) {
        assertNear(name, kernels.read(gradient), expected.gradients[name], tolerance);
      }
    });
  }
}
