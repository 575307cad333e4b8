import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Highest } from '../../src/scoring/score.js';

describe('Highest', () => {
  it('equals sorting all and taking the first, with ties in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: 1, max: 8 }), (values, limit) => {
        const highest = new Highest<number>(limit);
        values.forEach((value, i) => {
          highest.add(i, value);
        });
        const order = values.map((_, i) => i).sort((a, b) => values[b] - values[a] || a - b);
        assert.deepEqual(highest.sorted(), order.slice(0, limit));
      }),
      { seed: 1 },
    );
  });
});
