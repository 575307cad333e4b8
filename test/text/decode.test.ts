import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import type { Encoding } from '../../src/options/training-options.js';
import { createDecoder, decode } from '../../src/text/decode.js';
import { inPieces } from './in-pieces.js';

/** Decodes these pieces. */
function textOf(pieces: readonly Uint8Array[], encoding: Encoding = 'utf8'): string {
  const decoder = createDecoder(encoding, 'notes.txt');
  let text = '';
  for (const bytes of pieces) {
    const out = new Uint32Array(bytes.length);
    const count = decoder.decode(bytes, out);
    text += Array.from(out.subarray(0, count), (codePoint) => String.fromCodePoint(codePoint)).join('');
  }
  decoder.end();
  return text;
}
const bytesOf = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Cuts bytes into pieces at these places; some may be empty. */
const cut = (bytes: Uint8Array, places: readonly number[]): Uint8Array[] => {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.subarray(i === 0 ? 0 : ends[i - 1], end));
};

/** Nearly valid UTF-8: characters of every length, and stray bytes from the edges of its ranges. */
const edges = [0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed];
const nearlyUtf8 = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }).map(utf8) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...edges, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff).map((b) => bytesOf(b)),
      },
    ),
    { maxLength: 6 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

describe('decoding UTF-8', () => {
  it('agrees with a fatal TextDecoder on any bytes in any pieces', () => {
    const places = fc.array(fc.nat(50), { maxLength: 4 });
    let refused = 0;
    fc.assert(
      fc.property(nearlyUtf8, places, (bytes, places) => {
        let expected: string | undefined;
        try {
          expected = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        } catch {
          refused++;
        }
        const pieces = cut(bytes, places);
        if (expected === undefined) assert.throws(() => textOf(pieces), CharrnnError);
        else assert.equal(textOf(pieces), expected);
      }),
      { numRuns: 3000 },
    );
    assert.ok(refused > 100 && refused < 2900, `${refused} of 3000 were invalid`);
  });

  it('agrees with a fatal TextDecoder at every edge of two-, three- and four-byte sequences', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const check = (...bytes: number[]): void => {
      let expected: string | undefined;
      try {
        expected = decoder.decode(bytesOf(0x2e, ...bytes));
      } catch {}
      let found: string | undefined;
      try {
        found = textOf([bytesOf(0x2e, ...bytes)]);
      } catch (error) {
        assert.ok(error instanceof CharrnnError, String(error));
      }
      if (found !== expected) assert.fail(`${bytes.map((byte) => byte.toString(16))}: ${found}, not ${expected}`);
    };
    const seconds = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    for (let a = 0; a < 256; a++) {
      for (const b of seconds) check(a, b);
      if (a < 0xe0) continue;
      for (const b of seconds) for (const c of seconds) check(a, b, c);
      for (const b of seconds)
        for (const c of [0x7f, 0x80, 0xbf]) for (const d of [0x80, 0xbf, 0xc0]) check(a, b, c, d);
    }
  });

  it('reads a text one byte at a time', () => {
    const text = 'aé你😀\u{10ffff}\r\n';
    const pieces = Array.from(utf8(text), (byte) => bytesOf(byte));
    assert.equal(textOf(pieces), text);
  });

  it('drops a byte-order mark at the start, even in three pieces, and nowhere else', () => {
    assert.equal(textOf([utf8('\ufeffab')]), 'ab');
    assert.equal(textOf([bytesOf(0xef), bytesOf(), bytesOf(0xbb), bytesOf(0xbf), utf8('ab')]), 'ab');
    assert.equal(textOf([utf8('\ufeff\ufeffa')]), '\ufeffa');
    assert.equal(textOf([utf8('a'), utf8('\ufeffb')]), 'a\ufeffb');
  });

  it('keeps every kind of line end', () => {
    assert.equal(textOf([utf8('a\rb\r\nc\n\u2028')]), 'a\rb\r\nc\n\u2028');
  });

  it('reports the file, the first byte of the bad character and the remedy', () => {
    const prefix = new Uint8Array(1200).fill(0x61);
    assert.throws(
      () => textOf([prefix, utf8('aé'), bytesOf(0x61, 0xe9, 0x20)]),
      new CharrnnError('notes.txt: invalid UTF-8 at byte 1,204 (0xe9); re-encode it, or read it with encoding latin1'),
    );
    assert.throws(() => textOf([utf8('你').subarray(0, 2), utf8('a')]), /at byte 0 \(0xe4\)/);
  });

  it('reports a character that is cut off at the end of the file', () => {
    assert.throws(() => textOf([utf8('ab😀').subarray(0, 5)]), /at byte 2 \(0xf0\)/);
  });

  it('suspects UTF-16 after its byte-order mark', () => {
    assert.throws(
      () => textOf([bytesOf(0xff, 0xfe, 0x61, 0)]),
      /at byte 0 \(0xff\); it looks like UTF-16; re-encode it$/,
    );
  });
});

describe('decoding Latin-1', () => {
  it('maps every byte to the code point of the same value', () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    assert.equal(textOf([all], 'latin1'), Buffer.from(all).toString('latin1'));
  });
});

describe('decode', () => {
  it('yields the code points of each piece', async () => {
    const bytes = utf8('a😀b');
    const found: number[][] = [];
    for await (const part of decode(inPieces(bytes.subarray(0, 3), bytes.subarray(3)), 'utf8', 'x')) {
      found.push([...part]);
    }
    assert.deepEqual(found, [[0x61], [0x1f600, 0x62]]);
  });
  it('refuses a text whose last character is cut off', async () => {
    const whole = async () => {
      for await (const _ of decode(inPieces(utf8('é').subarray(0, 1)), 'utf8', 'x'));
    };
    await assert.rejects(whole, /^CharrnnError: x: invalid UTF-8 at byte 0 \(0xc3\)/);
  });
});
