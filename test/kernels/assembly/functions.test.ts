// Compares the approximations used in the gates and the loss with JavaScript's own functions in double precision.

import assert from 'node:assert/strict';
import { kernelModule } from '../../../src/kernels/host.js';

type Unary = (x: number, out: number, size: number) => void;

/** Evaluates an exported function of the WebAssembly module at many points. */
function evaluate(name: string, points: Float32Array): Float32Array {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: 65536, shared: true });
  const instance = new WebAssembly.Instance(kernelModule(), { env: { memory } });
  const values = new Float32Array(memory.buffer, 64, 2 * points.length);
  values.set(points);
  (instance.exports[name] as Unary)(64, 64 + 4 * points.length, points.length);
  return values.slice(points.length);
}

const grid = (from: number, to: number, count = 100_003): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

function largestRelativeError(name: string, points: Float32Array, exact: (x: number) => number): number {
  let largest = 0;
  evaluate(name, points).forEach((value, i) => {
    const expected = exact(points[i]);
    if (expected !== 0) largest = Math.max(largest, Math.abs(value - expected) / Math.abs(expected));
  });
  return largest;
}

describe('approximations in WebAssembly', () => {
  it('exp has relative error < 2e-7 in −87…88', () => {
    assert.ok(largestRelativeError('expAll', grid(-87, 88), Math.exp) < 2e-7);
  });
  it('exp is clamped outside that range and never infinite', () => {
    const [low, high] = evaluate('expAll', Float32Array.of(-1000, 1000));
    assert.ok(low > 0 && low < 2e-38);
    assert.ok(high > 1e38 && Number.isFinite(high));
  });
  it('sigmoid has relative error < 3e-7 in −40…80, and is 0 below −40.3', () => {
    assert.deepEqual([...evaluate('sigmoidAll', Float32Array.of(-40.3, -88, -1e30))], [0, 0, 0]);
    assert.ok(largestRelativeError('sigmoidAll', grid(-40, 80), (x) => 1 / (1 + Math.exp(-x))) < 3e-7);
  });
  it('tanh has relative error < 4e-7 everywhere, even near zero', () => {
    assert.ok(largestRelativeError('tanhAll', grid(-20, 20), Math.tanh) < 4e-7);
    assert.ok(largestRelativeError('tanhAll', grid(-1e-3, 1e-3), Math.tanh) < 4e-7);
  });
  it('tanh never exceeds 1', () => {
    assert.ok(evaluate('tanhAll', grid(-100, 100)).every((y) => Math.abs(y) <= 1));
  });
  it('log has relative error < 1e-7 (float32 rounding) from 1e-37 to 1e38', () => {
    const points = Float32Array.from({ length: 10_001 }, (_, i) => 10 ** (-37 + (75 * i) / 10_000));
    assert.ok(largestRelativeError('logAll', points, Math.log) < 1e-7);
  });
  it('NaN stays NaN', () => {
    for (const name of ['expAll', 'sigmoidAll', 'tanhAll']) {
      assert.ok(
        evaluate(name, Float32Array.of(1, Number.NaN, 2, 3))
          .slice(1, 2)
          .every(Number.isNaN),
        name,
      );
    }
  });
});
