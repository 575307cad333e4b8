import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import { exampleLine, type LineBlock, linesOf, packed, unpacked } from '../../src/text/lines.js';
import { inPieces } from './in-pieces.js';

const source = (name: string, ...pieces: Uint8Array[]) => ({ name, read: () => inPieces(...pieces) });

async function blocksOf(...pieces: Uint8Array[]): Promise<LineBlock[]> {
  const blocks: LineBlock[] = [];
  for await (const block of linesOf([source('a', ...pieces)])) blocks.push(block);
  return blocks;
}

describe('linesOf', () => {
  it('preserves every byte, however the text is cut into pieces, and numbers the lines', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 30 }).map((bytes) => bytes.map((byte) => byte % 13)));
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const all: Buffer[] = [];
        let number = 1;
        for (const { first, lines, isTerminated } of await blocksOf(...parts)) {
          assert.equal(first, number);
          number += lines.length;
          lines.forEach((line, i) => {
            assert.ok(!line.includes(10));
            all.push(Buffer.from(line), Buffer.from(isTerminated || i < lines.length - 1 ? '\n' : ''));
          });
        }
        assert.deepEqual(Buffer.concat(all), Buffer.concat(parts));
      }),
      { seed: 1 },
    );
  });

  it('yields complete lines without waiting for more input', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one\ntwo\nth');
      assert.fail('requested more');
    }
    const { value, done } = await linesOf([{ name: 'a', read: endless }])
      [Symbol.asyncIterator]()
      .next();
    assert.ok(!done);
    assert.deepEqual(
      value.lines.map((line) => Buffer.from(line).toString()),
      ['one', 'two'],
    );
  });

  it('yields blocks of at most 1,024 lines', async () => {
    const sizes = (await blocksOf(Buffer.from('x\n'.repeat(5000)))).map(({ lines }) => lines.length);
    assert.ok(Math.max(...sizes) <= 1024);
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      5000,
    );
  });

  it('restarts the numbering in each text, whose last line may be unterminated', async () => {
    const found: [string, number, boolean][] = [];
    const sources = [source('a', Buffer.from('1\n2')), source('b', Buffer.from('3\n'))];
    for await (const { source: name, first, isTerminated } of linesOf(sources)) found.push([name, first, isTerminated]);
    assert.deepEqual(found, [
      ['a', 1, true],
      ['a', 2, false],
      ['b', 1, true],
    ]);
  });

  it('refuses a line longer than 64 MiB and says where it is', async () => {
    const piece = new Uint8Array(2 ** 24);
    const pieces = [Buffer.from('one\n'), piece, piece, piece, piece, Buffer.from('x')];
    await assert.rejects(
      blocksOf(...pieces),
      (error) => error instanceof CharrnnError && error.message.startsWith('a: line 2 is longer than 64.0 MiB; '),
    );
  });
});

describe('exampleLine', () => {
  it('drops the carriage return at its end, and the byte-order mark of a file', () => {
    const text = (line: string, isFirst: boolean, encoding: 'utf8' | 'latin1' = 'utf8'): string =>
      Buffer.from(exampleLine(Buffer.from(line), isFirst, encoding)).toString();
    assert.equal(text('\ufeffa\r', true), 'a');
    assert.equal(text('\ufeffa\r', false), '\ufeffa');
    assert.equal(text('\ufeffa', true, 'latin1'), '\ufeffa');
    assert.equal(text('a\rb\r\r', true), 'a\rb\r');
    assert.equal(text('', true), '');
  });
});

describe('packed', () => {
  it('is undone by unpacked', () => {
    const lines = ['one', '', 'three'].map((line) => Buffer.from(line));
    assert.deepEqual(unpacked(packed(lines)).map(String), lines.map(String));
    assert.deepEqual([...packed(lines).ends], [3, 3, 8]);
  });
});
