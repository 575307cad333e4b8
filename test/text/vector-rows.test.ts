import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { allocateVectors, checkedFloat, RowCollector } from '../../src/text/vector-rows.js';

const MEBIBYTE = 1024 * 1024;

describe('allocateVectors', () => {
  const machine = { total: MEBIBYTE, available: 0, heap: 0, longestArray: 2 * MEBIBYTE };

  it('allocates shared memory', () => {
    const values = allocateVectors('a.npy', 1024, 256, machine);
    assert.equal(values.length, 1024 * 256);
    assert.ok(values.buffer instanceof SharedArrayBuffer);
  });
  it('refuses what does not fit in memory, or in an array', () => {
    const message =
      'a.npy: does not fit in memory: 1,024 vectors of 257 numbers need 1.1 MiB, this machine has 1.0 MiB; give a part of it';
    assert.throws(() => allocateVectors('a.npy', 1024, 257, machine), new CharrnnError(message));
    const vast = { ...machine, total: 2 ** 60, longestArray: 2 ** 60 };
    assert.throws(
      () => allocateVectors('a.npy', 2 ** 30, 2 ** 25, vast),
      /^CharrnnError: a\.npy: does not fit in memory/,
    );
  });
});

describe('checkedFloat', () => {
  it('rounds to float32', () => {
    assert.equal(checkedFloat('here', 0.1), Math.fround(0.1));
    assert.equal(checkedFloat('here', 3.4028235e38), Math.fround(3.4028235e38));
    assert.throws(() => checkedFloat('here', 3.5e38), /^CharrnnError: here: 3\.5e\+38 is too large for float32; /);
  });
});

describe('RowCollector', () => {
  it('keeps the rows in order while it grows', () => {
    const rows = new RowCollector('a.csv');
    for (let i = 0; i < 1000; i++) rows.add([i, -i, i / 4], i + 1);
    const { count, width, values } = rows.vectors();
    assert.deepEqual([count, width, values.length], [1000, 3, 3000]);
    assert.ok(values.every((value, i) => value === [1, -1, 0.25][i % 3] * Math.floor(i / 3)));
  });
});
