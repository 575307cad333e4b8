import assert from 'node:assert/strict';
import { randomBits, randomKey, uniform } from '../src/random.js';

describe('random numbers', () => {
  it('depend on key and counter alone, with these values on every machine', () => {
    assert.deepEqual([...randomKey(1, 2, 3)], [2801655874, 881845976]);
    assert.deepEqual(
      [0, 1, 2].map((counter) => randomBits(randomKey(1, 2, 3), counter)),
      [1955995089, 4173312423, 3759931698],
    );
  });
  it('fill [0, 1) evenly', () => {
    const bins = new Array(16).fill(0);
    const key = randomKey(9);
    for (let i = 0; i < 32_000; i++) bins[Math.floor(uniform(key, i) * 16)]++;
    const chiSquared = bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    assert.ok(chiSquared < 37.7, `${chiSquared} with 15 degrees of freedom: above the 99.9 % point`);
  });
  it('differ between keys that differ in one part', () => {
    const first = (...parts: number[]) => randomBits(randomKey(...parts), 0);
    assert.equal(new Set([first(1, 2, 3), first(1, 2, 4), first(1, 3, 3), first(2, 2, 3), first(2, 1, 3)]).size, 5);
  });
});
