import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatBytes, formatCharacter, formatCount, formatMemory } from '../src/format.js';

describe('formatCount', () => {
  it('separates thousands', () => {
    const cases = [0, 7, 999, 1000, 812345, 1115394, -1234, -123456];
    assert.deepEqual(cases.map(formatCount), [
      ...['0', '7', '999', '1,000', '812,345', '1,115,394', '-1,234', '-123,456'],
    ]);
  });
  it('agrees with the English locale for all integers', () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (n) => assert.equal(formatCount(n), n.toLocaleString('en-US'))));
  });
});

describe('formatBytes', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [3449, '3.4 kB'],
    [9960, '10 kB'],
    [999_499, '999 kB'],
    [999_600, '1.0 MB'],
  ] as const) {
    it(`${bytes} is ${text}`, () => assert.equal(formatBytes(bytes), text));
  }
});

describe('formatMemory', () => {
  it('rounds up, so that what is needed never looks like less', () => {
    const cases = [0, 1, 1536, 1024 * 1023.95, 2 ** 20, 2 ** 32, 2 ** 32 + 1, 2 ** 60, 2 ** 70];
    assert.deepEqual(cases.map(formatMemory), [
      ...['0.0 KiB', '0.1 KiB', '1.5 KiB', '1.0 MiB', '1.0 MiB', '4.0 GiB', '4.1 GiB', '1024.0 PiB', '1048576.0 PiB'],
    ]);
  });
});

describe('formatCharacter', () => {
  it('shows the character and its code point', () => {
    assert.equal(formatCharacter(0xe9), '"é" (U+00E9)');
    assert.equal(formatCharacter(0x1f600), '"😀" (U+1F600)');
    assert.equal(formatCharacter(0x20), '" " (U+0020)');
    assert.equal(formatCharacter(0x22), '"\\"" (U+0022)');
  });
  it('escapes what would not show: controls, no-break space, joiners, marks, halves of pairs', () => {
    assert.equal(formatCharacter(0x0a), '"\\n" (U+000A)');
    assert.equal(formatCharacter(0x1b), '"\\u{1b}" (U+001B)');
    assert.equal(formatCharacter(0xa0), '"\\u{a0}" (U+00A0)');
    assert.equal(formatCharacter(0x200d), '"\\u{200d}" (U+200D)');
    assert.equal(formatCharacter(0x301), '"\\u{301}" (U+0301)');
    assert.equal(formatCharacter(0xd83d), '"\\u{d83d}" (U+D83D)');
  });
  it('stays on one line for every character of the basic plane', () => {
    for (let codePoint = 0; codePoint < 0x10000; codePoint++) {
      if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(formatCharacter(codePoint))) assert.fail(codePoint.toString(16));
    }
  });
});
