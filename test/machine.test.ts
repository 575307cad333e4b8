import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { thisMachine } from '../src/machine.js';

describe('thisMachine', () => {
  it('has no more memory than its parts, and some of it is free', () => {
    const { total, available, heap, longestArray } = thisMachine();
    assert.ok(total > 2 ** 26 && total <= totalmem(), `${total}`);
    assert.ok(available > 0 && available <= total, `${available}`);
    assert.ok(heap > 2 ** 26 && longestArray >= 2 ** 32);
  });

  it('keeps to the limit of a container; no limit is 0, or larger than any machine', () => {
    const original = process.constrainedMemory;
    try {
      for (const [limit, total] of [
        [2 ** 27, 2 ** 27],
        [0, totalmem()],
        [2 ** 64, totalmem()],
      ]) {
        process.constrainedMemory = () => limit;
        assert.equal(thisMachine().total, total);
        assert.ok(thisMachine().available <= total);
      }
    } finally {
      process.constrainedMemory = original;
    }
  });
});
