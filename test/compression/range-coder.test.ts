import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AdaptiveFrequencies, PredictedFrequencies } from '../../src/compression/frequencies.js';
import { LARGEST_TOTAL, RangeDecoder, RangeEncoder } from '../../src/compression/range-coder.js';

/** Symbols, each with the frequencies of its distribution. */
const texts = fc.array(
  fc
    .array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 2 ** 20 })), {
      minLength: 1,
      maxLength: 9,
    })
    .chain((counts) => fc.record({ counts: fc.constant(counts), symbol: fc.nat(counts.length - 1) })),
  { maxLength: 400 },
);
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function encoded(text: readonly { counts: readonly number[]; symbol: number }[]): Uint8Array {
  const encoder = new RangeEncoder();
  for (const { counts, symbol } of text) {
    encoder.encode({ start: sum(counts.slice(0, symbol)), size: counts[symbol] }, sum(counts));
  }
  return encoder.end();
}

describe('the range coder', () => {
  it('gives back all symbols, and takes hardly more than their information', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = encoded(text);
        const decoder = new RangeDecoder(bytes);
        for (const { counts, symbol } of text) {
          const target = decoder.target(sum(counts));
          const start = sum(counts.slice(0, symbol));
          assert.ok(target >= start && target < start + counts[symbol]);
          decoder.advance({ start, size: counts[symbol] }, sum(counts));
        }
        const bits = sum(text.map(({ counts, symbol }) => Math.log2(sum(counts) / counts[symbol])));
        assert.ok(8 * bytes.length <= bits * 1.0001 + 9, `${8 * bytes.length} bits for ${bits}`);
      }),
      { numRuns: 300 },
    );
  });

  it('carries through a long run of 255s', () => {
    // The middle of the interval again and again, until the last symbol lies above it.
    const counts = [2 ** 23 - 1, 2, 2 ** 23 - 1];
    for (const last of [0, 1, 2]) {
      const text = [...Array.from({ length: 60 }, () => ({ counts, symbol: 1 })), { counts, symbol: last }];
      const decoder = new RangeDecoder(encoded(text));
      for (const { symbol } of text) {
        const target = decoder.target(LARGEST_TOTAL);
        const found = target < counts[0] ? 0 : target < counts[0] + 2 ? 1 : 2;
        assert.equal(found, symbol);
        decoder.advance({ start: sum(counts.slice(0, symbol)), size: counts[symbol] }, LARGEST_TOTAL);
      }
    }
  });

  it('takes no byte for a text without symbols, nor for one without information', () => {
    assert.equal(encoded([]).length, 0);
    assert.ok(encoded(Array.from({ length: 1000 }, () => ({ counts: [7], symbol: 0 }))).length <= 1);
  });
});

describe('frequencies', () => {
  it('of predictions are the softmax of the logits to 1e-6, and never 0', () => {
    const logits = Float32Array.from([9, 1.5, -2, 0.25, -80, 1.5]);
    const predicted = new PredictedFrequencies(5, 0);
    predicted.set(logits, 1);
    const weights = Array.from(logits.subarray(1), Math.exp);
    for (let symbol = 0; symbol < 5; symbol++) {
      const encoder = new RangeEncoder();
      for (let i = 0; i < 100; i++) predicted.encode(symbol, encoder);
      predicted.encode(1, encoder); // without it, zeros at the end would be left out
      const bytes = encoder.end();
      const probability = Math.max(weights[symbol] / sum(weights), 2 ** -24);
      const bits = -100 * Math.log2(probability) - Math.log2(weights[1] / sum(weights));
      assert.ok(Math.abs(8 * bytes.length - bits) < 17, `${symbol}: ${8 * bytes.length}, not ${bits}`);
      const decoder = new RangeDecoder(bytes);
      for (let i = 0; i < 100; i++) assert.equal(predicted.decode(decoder), symbol);
    }
    assert.throws(() => predicted.set(Float32Array.from([0, Number.NaN, 0, 0, 0]), 0), /not finite/);
  });

  it('that adapt follow what occurs, however much of it', () => {
    const symbols = Array.from({ length: 5000 }, (_, i) => (i < 2500 ? i % 3 : 7));
    const [own, other] = [new AdaptiveFrequencies(9, 24, 4096), new AdaptiveFrequencies(9, 24, 4096)];
    const encoder = new RangeEncoder();
    for (const symbol of symbols) {
      own.encode(symbol, encoder);
      own.add(symbol);
    }
    const bytes = encoder.end();
    const decoder = new RangeDecoder(bytes);
    for (const symbol of symbols) {
      assert.equal(other.decode(decoder), symbol);
      other.add(symbol);
    }
    // log₂ 3 bits for each of the first half, little for the rest.
    assert.ok(8 * bytes.length < 1.1 * 2500 * Math.log2(3) + 300, `${bytes.length}`);
  });
});
