import assert from 'node:assert/strict';
import { cosPi, exp, log, power } from '../src/mathematics.js';

const grid = (from: number, to: number): number[] =>
  Array.from({ length: 20_001 }, (_, i) => from + ((to - from) * i) / 20_000);
const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b), Number.MIN_VALUE);

describe('mathematics', () => {
  it('exp has relative error < 1e-14 in −700…700', () => {
    for (const x of grid(-700, 700)) assert.ok(relative(exp(x), Math.exp(x)) < 1e-14, `${x}`);
  });
  it('log has relative error < 1e-13 from 1e-300 to 1e300, and absolute error < 1e-15 near 1', () => {
    for (const e of grid(-300, 300)) {
      const x = 10 ** e;
      assert.ok(Math.abs(log(x) - Math.log(x)) <= 1e-13 * Math.abs(Math.log(x)) + 1e-15, `${x}`);
    }
    for (const x of grid(0.9, 1.1)) assert.ok(Math.abs(log(x) - Math.log(x)) < 1e-15, `${x}`);
  });
  it('cosPi has absolute error < 1e-14 in 0…1', () => {
    for (const x of grid(0, 1)) assert.ok(Math.abs(cosPi(x) - Math.cos(Math.PI * x)) < 1e-14, `${x}`);
  });
  it('power has relative error < 1e-13', () => {
    for (const n of [0, 1, 2, 3, 10, 1001]) assert.ok(relative(power(0.999, n), 0.999 ** n) < 1e-13, `${n}`);
  });
});
