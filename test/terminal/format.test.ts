import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fitParts, formatDuration, formatError, formatLoss, formatRate, formatTable } from '../../src/format.js';

describe('formatLoss', () => {
  it('shows bits next to nats: ln 4 is two bits', () => assert.equal(formatLoss(Math.log(4)), '1.386 (2.000 bits)'));
});

describe('formatRate', () => {
  it('rounds to three digits', () => {
    assert.equal(formatRate(57_123.4), '57,100 char/s');
    assert.equal(formatRate(0), '0 char/s');
    assert.equal(formatRate(12.34), '12 char/s');
  });
});

describe('formatDuration', () => {
  for (const [seconds, text] of [
    [0, '0.0s'],
    [9.94, '9.9s'],
    [9.96, '10s'],
    [59.4, '59s'],
    [59.6, '1m 00s'],
    [125, '2m 05s'],
    [3599.6, '1h 00m'],
    [3720, '1h 02m'],
    [86_380, '1d 0h'],
    [273_600, '3d 4h'],
  ] as const) {
    it(`shows ${seconds} seconds as ${text}`, () => assert.equal(formatDuration(seconds), text));
  }

  it('never shows 60 seconds, 60 minutes or 24 hours', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (seconds) => {
        assert.doesNotMatch(formatDuration(seconds), /\b(60[sm]|24h)/);
      }),
    );
  });
});

describe('formatError', () => {
  it('shows two digits, or that the error is not finite', () => {
    assert.equal(formatError(3.14e-9), '3.1e-9');
    assert.equal(formatError(Number.POSITIVE_INFINITY), 'not finite');
  });
});

describe('fitParts', () => {
  const parts = ['step 1', 'loss 2', 'rate 3'];

  it('drops parts from the end until the rest fits', () => {
    assert.equal(fitParts(parts, 22), 'step 1  loss 2  rate 3');
    assert.equal(fitParts(parts, 21), 'step 1  loss 2');
    assert.equal(fitParts(parts, 13), 'step 1');
  });

  it('always keeps the first part', () => assert.equal(fitParts(parts, 2), 'step 1'));
});

describe('formatTable', () => {
  it('aligns columns to the left, or to the right on request', () => {
    const rows = [
      ['name', 'n'],
      ['a', '1'],
      ['b', '123'],
    ];
    assert.deepEqual(formatTable(rows, [1]), ['name    n', 'a       1', 'b     123']);
    assert.deepEqual(formatTable(rows), ['name  n', 'a     1', 'b     123']);
  });
});
