import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sparkline, Trend } from '../../src/terminal/trend.js';

describe('sparkline', () => {
  it('is low where the numbers are low', () => assert.equal(sparkline([8, 4, 1, 1], 9), '█▄▁▁'));

  it('is flat for equal numbers and empty for none', () => {
    assert.equal(sparkline([2, 2], 5), '▁▁');
    assert.equal(sparkline([], 5), '');
  });

  it('averages when there are more numbers than columns', () => {
    assert.equal(sparkline([9, 7, 4, 4, 0, 2], 3), '█▄▁');
  });
});

describe('Trend', () => {
  it('draws at most the given number of columns and keeps both ends, for any number of values', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 2, max: 24 }), (count, columns) => {
        const trend = new Trend();
        for (let i = 0; i < count; i++) trend.add(count - i);
        const line = trend.draw(columns);
        assert.ok(line.length <= Math.min(columns, count));
        if (count > 1) assert.match(line, /^█[▁-█]*▁$/);
      }),
      { seed: 5, numRuns: 50 },
    );
  });
});
