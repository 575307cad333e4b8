import assert from 'node:assert/strict';
import { SaturationCounter } from '../../src/inspection/gate-saturation.js';
import { measureGradientFlow } from '../../src/inspection/gradient-flow.js';
import { parameterShapes } from '../../src/model/shape.js';

describe('SaturationCounter', () => {
  it('counts the values of each gate, but not of the candidate, in the rows that count', () => {
    const counter = new SaturationCounter('gru', 2);
    // Two units each of r, z, n.
    counter.add([0.05, 0.5, 0.95, 0.1, 0.99, -1, 9, 9, 9, 9, 9, 9, 0.01, 0.95, 0.91, 0.9, 0.99, 1], [0, 2]);
    assert.deepEqual(counter.shares(), [
      { gate: 'r', left: 0.5, leftOfUnits: [1, 0], right: 0.25, rightOfUnits: [0, 0.5] },
      { gate: 'z', left: 0, leftOfUnits: [0, 0], right: 0.5, rightOfUnits: [1, 0] },
    ]);
    assert.deepEqual(new SaturationCounter('rnn', 2).shares(), []);
  });
});

describe('the gates of a model', () => {
  it('are saturated as their biases say, in the order of the cell', async () => {
    for (const [cell, biases, expected] of [
      ['lstm', [-5, 5, 0, 0], 'i 1 0, f 0 1, o 0 0'],
      ['gru', [5, -5, 0], 'r 0 1, z 1 0'],
    ] as const) {
      const shape = { cell, layers: 1, hidden: 3, vocabulary: 2 };
      const parameters = parameterShapes(shape).map(({ name, shape }) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return {
          name,
          values: Array.from({ length: size }, (_, i) => (name === 'layer0.b' ? biases[Math.floor(i / 3)] : 0)),
        };
      });
      const { gates } = await measureGradientFlow({
        ...{ name: cell, shape, parameters, text: Array(30).fill(1), distance: 4, positions: 3, seed: 1 },
        ...{ precision: 'float32', backend: 'wasm' },
      });
      const told = gates.map(({ gate, left, right }) => `${gate} ${left} ${right}`).join(', ');
      assert.equal(told, expected);
    }
  });
});
