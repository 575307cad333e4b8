import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  brokenAtWords,
  fitParts,
  formatBytes,
  formatCharacter,
  formatCount,
  formatDuration,
  formatError,
  formatLoss,
  formatMemory,
  formatRate,
  formatTable,
  shownName,
  someOf,
  visible,
  visibleJson,
} from '../src/format.js';

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

  it('drops words of the first part when it does not fit', () => {
    assert.equal(fitParts(['step 1,234/9,999', 'loss 2'], 16), 'step 1,234/9,999');
    assert.equal(fitParts(['step 1,234/9,999', 'loss 2'], 15), 'step');
    assert.equal(fitParts(parts, 4), 'step');
    assert.equal(fitParts(parts, 3), '');
    assert.equal(fitParts(parts, 0), '');
    assert.equal(fitParts(parts, -5), '');
  });
});

describe('brokenAtWords', () => {
  it('breaks between words when a line would be too long', () => {
    assert.deepEqual(brokenAtWords('one two  three', 7), ['one two', 'three']);
    assert.deepEqual(brokenAtWords('one two  three', 6), ['one', 'two', 'three']);
    assert.deepEqual(brokenAtWords('one', 3), ['one']);
    assert.deepEqual(brokenAtWords('', 3), ['']);
  });

  it('puts a word that is too long on its own line', () => {
    assert.deepEqual(brokenAtWords('a extraordinary b', 4), ['a', 'extraordinary', 'b']);
  });

  it('does not count colours', () => {
    assert.deepEqual(brokenAtWords('\u001b[32mone\u001b[39m two', 7), ['\u001b[32mone\u001b[39m two']);
  });
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

describe('shownName', () => {
  it('stays on one line and is never empty', () => {
    assert.equal(shownName('a\nb\x1b.txt'), 'a\\nb\\u{1b}.txt');
    assert.equal(shownName(''), "''");
  });
});

describe('someOf', () => {
  it('counts what it leaves out', () => {
    assert.equal(someOf(['a', 'b'], 2), 'a, b');
    assert.equal(someOf(['a', 'b', 'c', 'd'], 2), 'a, b and 2 more');
  });
});
