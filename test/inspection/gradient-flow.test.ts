import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type FlowRequest,
  halfLifeOf,
  laterHalfLifeOf,
  measureGradientFlow,
} from '../../src/inspection/gradient-flow.js';
import { parameterShapes } from '../../src/model/shape.js';
import { cells } from '../../src/options/training-options.js';
import { flowConstants } from './flow-constants.js';
import { plainLoss } from './plain-cells.js';

const [V, H, K, L, P, M] = [7, 5, 6, 2, 4, 40];
const T = K + 1;
const text = Array.from({ length: M }, (_, i) => (3 * i * i + i) % V);

for (const cell of cells) {
  const shape = { cell, layers: L, hidden: H, vocabulary: V };
  const parameters = parameterShapes(shape).map(({ name, shape }, p) => {
    const wave = p % 2 === 0 ? Math.cos : Math.sin;
    const size = shape.reduce((product, length) => product * length, 1);
    return { name, shape, values: Float32Array.from({ length: size }, (_, i) => 0.7 * wave(0.7 * i + p)) };
  });
  const request: FlowRequest = {
    ...{
      name: cell,
      shape,
      parameters,
      text,
      distance: K,
      positions: P,
      seed: 1,
      precision: 'float64',
      backend: 'wasm',
    },
  };

  describe(`the gradient flow of a two-layer ${cell}`, () => {
    it('matches PyTorch within 1e-10 in float64, and within 1e-5 in float32', async () => {
      for (const [precision, bound] of [
        ['float64', 1e-10],
        ['float32', 1e-5],
      ] as const) {
        const { curves } = await measureGradientFlow({ ...request, precision });
        const names = curves.map(({ layer, state }) => `${layer}${state}`);
        assert.deepEqual(names, Object.keys(flowConstants[cell]));
        for (const { layer, state, norms } of curves) {
          const expected = flowConstants[cell][`${layer}${state}`];
          assert.equal(norms.length, expected.length);
          norms.forEach((value, k) => {
            const error = Math.abs(value / expected[k] - 1);
            assert.ok(error < bound, `${precision} layer ${layer} ${state}, k = ${k}: ${value}, not ${expected[k]}`);
          });
        }
      }
    });

    it('matches central differences by every state within 1e-6', async () => {
      const end = 2 * T + Math.floor((M - 2 * T) / 2);
      const { curves } = await measureGradientFlow({ ...request, positions: 1 });
      const read = text.slice(end - 2 * T, end + 1);
      for (const { layer, state, norms } of curves) {
        norms.forEach((value, k) => {
          const gradient = Array.from({ length: H }, (_, unit) => {
            const loss = (by: number): number =>
              plainLoss({ model: shape, parameters }, read, (t, ...[l, s, j, value]) => {
                const isIt = t === 2 * T - 1 - k && l === layer && s === state && j === unit;
                return isIt ? value + by : value;
              });
            const delta = 1e-3;
            return (8 * (loss(delta) - loss(-delta)) - (loss(2 * delta) - loss(-2 * delta))) / (12 * delta);
          });
          const expected = Math.hypot(...gradient);
          const error = Math.abs(value / expected - 1);
          assert.ok(error < 1e-6, `layer ${layer} ${state}, k = ${k}: ${value}, numerically ${expected}`);
        });
      }
    });
  });
}

describe('measureGradientFlow', () => {
  const shape = { cell: 'gru', layers: 1, hidden: 8, vocabulary: V } as const;
  const long = Array.from({ length: 3000 }, (_, i) => (i * i + (i >> 3)) % V);
  const request: FlowRequest = {
    ...{
      name: 'm.json',
      shape,
      text: long,
      distance: 100,
      positions: 50,
      seed: 1,
      precision: 'float32',
      backend: 'auto',
    },
  };

  it('gives the same numbers in batches as one window at a time, and on all backends of the same bits', async () => {
    const whole = await measureGradientFlow(request);
    assert.equal(whole.positions, 50);
    // Far below the numbers that the kernels take for zero, 2⁻⁵⁸.
    assert.ok(whole.curves[0].left > 0 && whole.curves[0].left < 1e-20, String(whole.curves[0].left));
    assert.deepEqual(await measureGradientFlow({ ...request, backend: 'wasm' }), whole);
    // 50 windows of 101 characters are two batches. Read one after another they have the same targets.
    const choices = long.length - 202;
    const sums = Array<number>(101).fill(0);
    for (let i = 0; i < 50; i++) {
      const target = 202 + Math.floor(((i + 0.5) * choices) / 50);
      const { curves } = await measureGradientFlow({
        ...{ ...request, positions: 1, text: long.slice(target - 202, target + 1) },
      });
      curves[0].norms.forEach((value, k) => {
        sums[k] += value / 50;
      });
    }
    sums.forEach((value, k) => {
      const error = Math.abs(whole.curves[0].norms[k] - value);
      assert.ok(error <= 1e-12 * value, `k = ${k}: ${error}`);
    });
  });

  it('says how long a text must be, and takes one of just that length', async () => {
    const short = { ...request, text: long.slice(0, 202) };
    await assert.rejects(measureGradientFlow(short), {
      message: 'distance 100 needs a text of at least 203 characters, not 202; lower it',
      exitCode: 2,
    });
    assert.equal((await measureGradientFlow({ ...request, text: long.slice(0, 203) })).positions, 1);
  });

  it('says when a gradient is not finite', async () => {
    const parameters = parameterShapes(shape).map(({ name, shape }) => ({
      ...{ name, values: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(Number.NaN) },
    }));
    await assert.rejects(
      measureGradientFlow({ ...request, parameters }),
      /^CharrnnError: m\.json: the gradient is NaN; /,
    );
  });
});

describe('halfLifeOf', () => {
  it('is that of an exponential decay, whatever its rate', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 400, noNaN: true }), (life) => {
        const found = halfLifeOf(Array.from({ length: 500 }, (_, k) => 3 * 0.5 ** (k / life)));
        assert.ok(found !== null && Math.abs(found / life - 1) < 1e-9, `${found} for ${life}`);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('counts only a fall for good, and reports none at the end', () => {
    assert.equal(halfLifeOf([4, 1, 3, 2, 1]), 3);
    assert.equal(halfLifeOf([4, 1, 3]), null);
    assert.equal(halfLifeOf([4, 3, 0]), 1 + 1 / 3);
    assert.equal(halfLifeOf([0, 0]), 0);
  });
});

describe('laterHalfLifeOf', () => {
  it('is the rate after the first quarter, up to where nothing is left', () => {
    const norms = Array.from({ length: 101 }, (_, k) => (k < 20 ? 100 - k : k < 90 ? 0.5 ** (k / 7) : 0));
    const found = laterHalfLifeOf(norms) ?? 0;
    assert.ok(Math.abs(found - 7) < 1e-9, String(found));
    assert.equal(laterHalfLifeOf([1, 0.5, 2]), null);
    assert.equal(laterHalfLifeOf([0, 0, 0]), null);
  });
});
