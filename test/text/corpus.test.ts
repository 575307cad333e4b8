import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import type { DataConfig } from '../../src/options/training-options.js';
import { type Corpus, type CorpusSettings, readCorpus } from '../../src/text/corpus.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { temporaryFolder } from '../temporary-folder.js';
import { inPieces } from './in-pieces.js';

const defaults = { encoding: 'utf8', minCount: 1 } as const;
const rare = (count: number): Pick<DataConfig, 'encoding' | 'minCount'> => ({ ...defaults, minCount: count });
const vocabularyOf = (characters: string, unknown = false): Vocabulary =>
  new Vocabulary({ codePoints: Array.from(characters, (c) => c.codePointAt(0) ?? 0), unknown });

/** Reads a corpus from standard input. */
const read = (text: string | Uint8Array, options = rare(1), settings: CorpusSettings = {}): Promise<Corpus> =>
  readCorpus(['-'], options, { ...settings, stdin: inPieces(Buffer.from(text)) });
const textOf = ({ tokens, vocabulary }: Corpus): string =>
  Array.from(tokens, (token) => vocabulary.characterOf(token)).join('');

describe('readCorpus', () => {
  const { folder, write, remove } = temporaryFolder({
    'a.txt': 'one\r\n',
    'b.txt': '\ufefftwo\r',
    'c.txt': '',
    'aaa.txt': 'aaaa',
  });
  after(remove);
  const at = (name: string): string => join(folder, name);

  it('concatenates files without byte-order marks and keeps their line ends', async () => {
    const corpus = await readCorpus([at('b.txt'), at('c.txt'), at('a.txt')], defaults);
    assert.equal(textOf(corpus), 'two\rone\r\n');
    assert.equal(corpus.length, 9);
    assert.deepEqual(corpus.sources, [at('b.txt'), at('c.txt'), at('a.txt')]);
    assert.deepEqual(corpus.vocabulary.record.codePoints, [10, 13, 101, 110, 111, 116, 119]);
    assert.equal(corpus.unknownCharacters, 0);
  });

  it('keeps every character of any text', async () => {
    const anyText = fc.string({ unit: 'binary' }).filter((text) => new Set(Array.from(text)).size > 1);
    await fc.assert(
      fc.asyncProperty(anyText, async (text) => {
        fc.pre(!text.startsWith('\ufeff'));
        assert.equal(textOf(await read(text)), text);
      }),
    );
  });

  it('sorts characters by code point, not by UTF-16 unit', async () => {
    const { vocabulary } = await read('😀\uffee\nbab');
    assert.deepEqual(vocabulary.record, { codePoints: [0x0a, 0x61, 0x62, 0xffee, 0x1f600], unknown: false });
  });

  it('reads a 20 MB file in pieces that split characters', async () => {
    const line = 'aé你😀\r\n你好世界 — abc\n';
    const repeats = Math.floor(20e6 / Buffer.byteLength(line));
    const { tokens, vocabulary, length } = await readCorpus([write('big.txt', line.repeat(repeats))], defaults);
    const expected = vocabulary.encode(line);
    assert.equal(length, repeats * expected.length);
    const wrong = tokens.findIndex((token: number, i: number) => token !== expected[i % expected.length]);
    assert.equal(wrong, -1);
  });

  it('stores tokens in shared memory: one byte each up to 256 symbols, two up to 65,536, four above', async () => {
    const characters = (count: number) =>
      Array.from({ length: count }, (_, i) => String.fromCodePoint(i < 0x6000 ? 0x4e00 + i : 0x10000 + i)).join('');
    const widthOf = async (count: number): Promise<number> => {
      const corpus = await read(characters(count));
      assert.equal(corpus.vocabulary.size, count);
      assert.equal(textOf(corpus), characters(count));
      assert.ok(corpus.tokens.buffer instanceof SharedArrayBuffer);
      return corpus.tokens.BYTES_PER_ELEMENT;
    };
    assert.equal(await widthOf(256), 1);
    assert.equal(await widthOf(257), 2);
    assert.equal(await widthOf(5000), 2);
    assert.equal(await widthOf(65536), 2);
    assert.equal(await widthOf(65537), 4);
  });

  it('reads Latin-1', async () => {
    const corpus = await read(Uint8Array.of(0xe9, 0x61, 0x0d), { encoding: 'latin1', minCount: 1 });
    assert.equal(textOf(corpus), 'éa\r');
  });

  it('names the file and the byte where the text is invalid', async () => {
    const path = write('latin1.txt', Uint8Array.of(0x61, 0xe9, 0x62));
    await assert.rejects(readCorpus([path], defaults), (error: CharrnnError) =>
      error.message.startsWith(`${path}: invalid UTF-8 at byte 1 (0xe9)`),
    );
  });

  it('hashes the tokens as little-endian uint32, regardless of their width', async () => {
    const narrow = await read('hello');
    const bytes = Buffer.alloc(20);
    [1, 0, 2, 2, 3].forEach((token, i) => {
      bytes.writeUInt32LE(token, 4 * i);
    });
    assert.equal(narrow.sha256, createHash('sha256').update(bytes).digest('hex'));
    const others = Array.from({ length: 300 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    const wide = await read('hello', defaults, { vocabulary: vocabularyOf(`ehlo${others}`) });
    assert.equal(wide.tokens.BYTES_PER_ELEMENT, 2);
    assert.equal(wide.sha256, narrow.sha256);
  });
  it('hashes all of a text longer than one block', async () => {
    const [a, b] = await Promise.all([read(`${'ab'.repeat(70000)}a`), read(`${'ab'.repeat(70000)}b`)]);
    const tokens = Uint32Array.from(a.tokens);
    assert.equal(a.sha256, createHash('sha256').update(Buffer.from(tokens.buffer)).digest('hex'));
    assert.notEqual(a.sha256, b.sha256);
  });

  it('maps rare characters to the unknown symbol', async () => {
    const corpus = await read('aabbxbay', rare(2));
    assert.deepEqual(corpus.vocabulary.record, { codePoints: [0x61, 0x62], unknown: true });
    assert.deepEqual([...corpus.tokens], [1, 1, 2, 2, 0, 2, 1, 0]);
    assert.equal(corpus.unknownCharacters, 2);
    assert.equal((await read('aabb', rare(2))).vocabulary.unknown, false);
  });

  it('refuses a text with nothing to learn', async () => {
    const only = `${at('aaa.txt')}: only one distinct character ("a"); there is nothing to learn`;
    await assert.rejects(readCorpus([at('aaa.txt')], defaults), new CharrnnError(only));
    const empty = `${at('c.txt')}: empty; give a text with some characters`;
    await assert.rejects(readCorpus([at('c.txt')], defaults), new CharrnnError(empty));
    await assert.rejects(read('\ufeff'), new CharrnnError('standard input: empty; give a text with some characters'));
    const tooRare = 'standard input: no character occurs 1,000 times, the most frequent one 3; lower minCount';
    await assert.rejects(read('aaab', rare(1000)), new CharrnnError(tooRare, 2));
  });

  describe("with a model's vocabulary", () => {
    it('uses its indices for any text, even for rare characters', async () => {
      const vocabulary = vocabularyOf('abcdef');
      const corpus = await read('fa', rare(5), { vocabulary });
      assert.equal(corpus.vocabulary, vocabulary);
      assert.deepEqual([...corpus.tokens], [5, 0]);
      assert.deepEqual([...(await read('ccc', defaults, { vocabulary })).tokens], [2, 2, 2]);
    });
    it('maps other characters to its unknown symbol', async () => {
      const corpus = await read('b😀a\0', defaults, { vocabulary: vocabularyOf('ab', true) });
      assert.deepEqual([...corpus.tokens], [2, 0, 1, 0]);
      assert.equal(corpus.unknownCharacters, 2);
    });
    it('lists the other characters, most common first, when it has no unknown symbol', async () => {
      const message =
        'standard input: 2 different characters that the model does not know: "ü" (U+00FC) × 2, "\\n" (U+000A) × 1; take them out';
      await assert.rejects(read('aübü\n', defaults, { vocabulary: vocabularyOf('ab') }), new CharrnnError(message));
      await assert.rejects(
        read('aabcdefghijklm', defaults, { vocabulary: vocabularyOf('a') }),
        (error: CharrnnError) =>
          error.message.includes('12 different') &&
          error.message.endsWith('"k" (U+006B) × 1 and 2 more; take them out'),
      );
    });
  });

  it('detects that a file changes while it is read', async () => {
    for (const change of ['abababab', 'a', 'abX']) {
      const path = write('changing.txt', 'aba');
      const late = write('late.txt', 'abab');
      // Standard input is read last in the first pass, so the first file changes after it was counted.
      const stdin = (async function* () {
        yield Buffer.from('ab');
        write('changing.txt', change);
      })();
      const reading = readCorpus([path, late, '-'], defaults, { stdin });
      await assert.rejects(reading, (error: CharrnnError) => error.message.includes('changed while it was being read'));
    }
  });
});
