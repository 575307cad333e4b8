import assert from 'node:assert/strict';
import { totalmem } from 'node:os';
import { thisMachine } from '../src/machine.js';

describe('thisMachine', () => {
  it('reports at most the physical memory, some of which is available', () => {
    const { total, available, heap, longestArray } = thisMachine();
    assert.ok(total > 2 ** 26 && total <= totalmem(), `${total}`);
    assert.ok(available > 0 && available <= total, `${available}`);
    assert.ok(heap > 2 ** 26 && longestArray >= 2 ** 32);
  });

  it('respects the limit of a container; 0 or an impossibly large limit means none', () => {
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
