import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatBytes, formatCharacter, formatCount, formatMemory, visible, visibleJson } from '../src/format.js';

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
    it(`shows ${bytes} bytes as ${text}`, () => assert.equal(formatBytes(bytes), text));
  }
});

describe('formatMemory', () => {
  it('rounds up, so that a need never looks smaller than it is', () => {
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
  it('escapes what would be invisible: controls, no-break space, joiners, marks, lone surrogates', () => {
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

/** Every character that must not reach a terminal in a message, once. */
const powerful = [
  ...Array.from({ length: 0x20 }, (_, i) => i),
  ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i),
  ...[0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
].map((codePoint) => String.fromCodePoint(codePoint));

describe('visible', () => {
  it('escapes everything that can control a terminal, and keeps all other text', () => {
    assert.equal(visible('a\n\u001b[31mé😀\u0000\u009b\u202e'), 'a\\n\\u{1b}[31mé😀\\u{0}\\u{9b}\\u{202e}');
    for (const character of powerful) assert.match(visible(character), /^\\[nrt]$|^\\u\{[0-9a-f]+\}$/);
    const others = fc
      .string({ unit: 'binary' })
      .filter((text) => !powerful.some((character) => text.includes(character)));
    fc.assert(
      fc.property(others, (text) => assert.equal(visible(text), text)),
      { seed: 3 },
    );
  });
});

describe('visibleJson', () => {
  it('keeps the meaning and escapes everything that can control a terminal', () => {
    const value = { [powerful.join('')]: [powerful.join('x'), 1, null] };
    const json = visibleJson(JSON.stringify(value));
    assert.deepEqual(JSON.parse(json), value);
    for (const character of powerful) assert.ok(!json.includes(character), visible(character));
  });
});
