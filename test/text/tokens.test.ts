import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { Machine } from '../../src/machine.js';
import { allocate, digest, write } from '../../src/text/tokens.js';
import { Vocabulary } from '../../src/text/vocabulary.js';

const GIB = 2 ** 30;
const machine: Machine = { total: 8 * GIB, available: 8 * GIB, heap: 4 * GIB, longestArray: 4 * GIB };

describe('allocate', () => {
  it('uses one byte per character up to 256 symbols, two up to 65,536, four above', () => {
    const bytes = [2, 256, 257, 65536, 65537].map((symbols) => allocate(10, symbols).byteLength);
    assert.deepEqual(bytes, [10, 10, 20, 20, 40]);
  });

  it('refuses in one line a corpus too large for an array, the machine or the system', () => {
    const give = 'give a part of it';
    assert.throws(() => allocate(5e9, 100, machine), {
      name: 'CharrnnError',
      message: `the corpus is too long: 5,000,000,000 characters need 4.7 GiB, an array in this Node holds at most 4.0 GiB; ${give}`,
    });
    assert.throws(
      () => allocate(3e9, 1000, machine),
      /: 3,000,000,000 characters need 5\.6 GiB, an array in this Node/,
    );
    assert.throws(() => allocate(3e9, 100, { ...machine, total: 2 * GIB }), {
      name: 'CharrnnError',
      message: `the corpus does not fit in memory: 3,000,000,000 characters need 2.8 GiB, this machine has 2.0 GiB; ${give}`,
    });
    const boundless = { ...machine, total: 2 ** 60, longestArray: 2 ** 60 };
    assert.throws(() => allocate(2 ** 52, 100, boundless), /but does not provide that much; give a part of it$/);
  });
});

describe('write', () => {
  const vocabulary = new Vocabulary({ codePoints: [97, 98], unknown: false });
  it('writes at the given offset, and stops at a character that the vocabulary lacks', () => {
    const tokens = allocate(4, 2);
    assert.equal(write(Uint32Array.of(98, 97), vocabulary, tokens, 1), true);
    assert.deepEqual([...tokens], [0, 1, 0, 0]);
    assert.equal(write(Uint32Array.of(99), vocabulary, tokens, 0), false);
  });
});

describe('digest', () => {
  it('hashes the tokens as little-endian uint32, regardless of their width and of block ends', () => {
    const lengths = fc.constantFrom(1, 65_535, 65_536, 65_537, 131_073);
    fc.assert(
      fc.property(lengths, fc.constantFrom(2, 300, 70_000), (length, symbols) => {
        const tokens = allocate(length, symbols);
        for (let i = 0; i < length; i++) tokens[i] = (i * 7919) % symbols;
        const bytes = Buffer.alloc(4 * length);
        for (let i = 0; i < length; i++) bytes.writeUInt32LE(tokens[i], 4 * i);
        assert.equal(digest(tokens), createHash('sha256').update(bytes).digest('hex'));
      }),
      { seed: 1, numRuns: 15 },
    );
  });
});
