// Arithmetic beyond 2³¹ and 2³² characters, on simulated texts.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { evaluationWindows } from '../../src/model/evaluate.js';
import { WARM_UP } from '../../src/model/text-parts.js';
import { fit as fitBatch, Streams, split } from '../../src/text/streams.js';
import type { Tokens } from '../../src/text/tokens.js';

/** Token i of a text of any length, as a function. */
const tokenAt = (i: number): number => (i * 31 + Math.floor(i / 2 ** 31)) % 251;

/** Tokens that are computed when they are read; only their number is stored. */
const longText = (length: number): Tokens =>
  new Proxy(new Uint8Array(0), {
    get: (_, key) => {
      if (key === 'length') return length;
      const i = Number(String(key));
      assert.ok(Number.isInteger(i) && i >= 0 && i < length, `token ${String(key)} of ${length}`);
      return tokenAt(i);
    },
  });

const length = fc.integer({ min: 2 ** 31 - 5, max: 2 ** 53 / 65536 });
const lengths = { seed: 1, numRuns: 200 };

describe('a text of billions of characters', () => {
  it('is cut into streams at the right places, in the first window and the last', () => {
    const sizes = fc.record({ N: fc.integer({ min: 1, max: 9 }), T: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(length, sizes, (characters, { N, T }) => {
        const streams = new Streams(longText(characters), N, T);
        const S = Number((BigInt(characters) - 1n) / BigInt(N));
        assert.equal(streams.windows, Math.floor(S / T));
        const [inputs, targets] = [new Int32Array(N * T), new Int32Array(N * T)];
        const all = Array.from({ length: N }, (_, n) => n);
        for (const window of [0, streams.windows - 1]) {
          streams.fill(window, all, inputs, targets);
          for (const [n, t] of [
            [0, 0],
            [N - 1, T - 1],
          ]) {
            const at = Number(BigInt(n) * BigInt(S) + BigInt(window) * BigInt(T) + BigInt(t));
            assert.deepEqual([inputs[t * N + n], targets[t * N + n]], [tokenAt(at), tokenAt(at + 1)]);
          }
        }
      }),
      lengths,
    );
  });

  it('is split exactly', () => {
    fc.assert(
      fc.property(length, fc.integer({ min: 0, max: 5e8 }), (characters, billionths) => {
        const { training, validation } = split(characters, billionths / 1e9, () => {});
        const expected = (BigInt(characters) * BigInt(1e9 - billionths)) / 10n ** 9n;
        const isHeldOut = BigInt(characters) - expected >= 2n;
        assert.equal(BigInt(training), isHeldOut ? expected : BigInt(characters));
        assert.equal(training + validation, characters);
      }),
      lengths,
    );
  });

  it('fills a batch of almost 2³¹ characters', () => {
    fc.assert(
      fc.property(length, (characters) => {
        const shape = { batch: 32_768, sequence: 65_535 };
        assert.deepEqual(
          fitBatch('text', characters + 2 ** 31, shape, {}, () => assert.fail()),
          shape,
        );
      }),
      lengths,
    );
  });

  it('is evaluated in as many windows as its longest stream needs, including the warm-up', () => {
    fc.assert(
      fc.property(length, fc.integer({ min: 2, max: 65_536 }), (characters, batch) => {
        const windows = evaluationWindows(characters, { batch, sequence: 50 });
        const stream = Math.ceil((characters - 1) / batch) + WARM_UP;
        assert.ok(windows <= Math.ceil(stream / 50) && windows >= Math.floor((stream - 1) / 50), `${windows}`);
      }),
      { seed: 1, numRuns: 20 },
    );
  });
});
