import assert from 'node:assert/strict';
import { partsOf, stepsOf, writeWindow } from '../../src/model/text-parts.js';

describe('the parts of a text', () => {
  it('cover a range once, each warmed up', () => {
    for (const start of [0, 100, 700]) {
      for (const length of [0, 1, 2, 2047, 2048, 5000, 100_000, 3_000_000]) {
        for (const count of [1, 2, 16, 255]) {
          const parts = partsOf({ from: start, to: start + length }, count);
          assert.equal(parts.length, count);
          let at = start;
          for (const { begin, from, to } of parts) {
            assert.equal(from, at);
            assert.ok(begin === Math.max(0, from - 256) && to >= from);
            at = to;
          }
          assert.equal(at, start + length);
        }
      }
    }
  });

  it('are written window by window: each character that counts once, after those before it', () => {
    const text = Array.from({ length: 900 }, (_, i) => 1 + (i % 7));
    const batch = { batch: 3, sequence: 50 };
    const parts = partsOf({ from: 10, to: 900 }, 3);
    const read = parts.map((): number[] => []);
    const counted: number[] = [];
    const inputs = new Int32Array(150);
    for (let start = 0; start < stepsOf(parts); start += 50) {
      writeWindow(parts, text, batch, start, inputs, (row, at, n) => {
        assert.equal(row % 3, n);
        assert.equal(inputs[row], text[at]);
        counted.push(at);
      });
      inputs.forEach((symbol, row) => {
        if (symbol > 0) read[row % 3].push(symbol);
      });
    }
    assert.deepEqual(
      counted.sort((a, b) => a - b),
      Array.from({ length: 890 }, (_, i) => 10 + i),
    );
    parts.forEach(({ begin, to }, n) => {
      assert.deepEqual(read[n], text.slice(begin, to));
    });
  });
});
