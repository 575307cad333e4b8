import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CharrnnError } from '../../src/errors.js';
import { filesBelow, findSources, inByteOrder, isText, kept, type Source } from '../../src/text/sources.js';
import { temporaryFolder } from '../temporary-folder.js';
import { inPieces } from './in-pieces.js';

describe('findSources', () => {
  const { folder, remove } = temporaryFolder({
    'b.txt': 'b',
    'a.txt': 'a',
    'notes.md': 'notes',
    '.hidden.txt': 'hidden',
    'sub/c.txt': 'c',
    'sub/[x].txt': 'brackets',
    'sub/x.txt': 'no brackets',
    'pictures/1.png': Uint8Array.of(0x89, 0),
    'pictures/2.png': Uint8Array.of(0x89, 0),
    'mixed/a.txt': 'text',
    'one/text.txt': 'text',
    'one/b.bin': Uint8Array.of(0),
    ...Object.fromEntries(['1', '2', '3', '4'].map((n) => [`mixed/${n}.bin`, Uint8Array.of(0)])),
  });
  after(remove);
  const at = (name: string): string => join(folder, name);

  const silent = (notice: string): void => assert.fail(notice);
  async function find(args: readonly string[], onNotice = silent, stdin = inPieces()): Promise<Source[]> {
    return findSources(
      args.map((arg) => (arg.startsWith('-') || arg.startsWith('/') ? arg : at(arg))),
      { encoding: 'utf8', stdin, onNotice },
    );
  }
  async function namesOf(...args: string[]): Promise<string[]> {
    return (await find(args)).map(({ name }) => name.replace(`${folder}/`, ''));
  }
  async function contentOf(source: Source): Promise<string> {
    const pieces: Uint8Array[] = [];
    for await (const piece of source.read()) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }
  const rejects = (arg: string, message: string) => assert.rejects(find([arg]), new CharrnnError(message, 1));

  it('keeps the order of the arguments and sorts within a glob and a folder', async () => {
    assert.deepEqual(await namesOf('b.txt', 'a.txt'), ['b.txt', 'a.txt']);
    assert.deepEqual(await namesOf('notes.md', '*.txt'), ['notes.md', 'a.txt', 'b.txt']);
    assert.deepEqual(await namesOf('sub', 'a.txt'), ['sub/[x].txt', 'sub/c.txt', 'sub/x.txt', 'a.txt']);
    assert.deepEqual(await namesOf('**/{c,a}.txt'), ['a.txt', 'mixed/a.txt', 'sub/c.txt']);
  });
  it('reads an existing file whose name looks like a glob', async () => {
    assert.deepEqual(await namesOf('sub/[x].txt'), ['sub/[x].txt']);
  });
  it('includes a file only once, however it is named', async () => {
    symlinkSync(at('a.txt'), at('sub/link.txt'));
    const names = await namesOf('b.txt', '*.txt', 'sub/../a.txt', 'sub/link.txt', 'b.txt');
    assert.deepEqual(names, ['b.txt', 'a.txt']);
  });
  it('skips files in a folder that are not text, with one notice', async () => {
    const notices: string[] = [];
    const sources = await find(['mixed', 'mixed'], (notice) => notices.push(notice));
    assert.deepEqual(await Promise.all(sources.map(contentOf)), ['text']);
    const shown = ['1', '2', '3'].map((n) => at(`mixed/${n}.bin`)).join(', ');
    assert.deepEqual(notices, [`skipped 4 files that are not text: ${shown} and 1 more`]);
  });
  it('gives notice of a single skipped file', async () => {
    const notices: string[] = [];
    await find(['one'], (notice) => notices.push(notice));
    assert.deepEqual(notices, [`skipped 1 file that is not text: ${at('one/b.bin')}`]);
  });

  it('reads standard input once and yields it as often as requested', async () => {
    const sources = await find(['-', 'a.txt', '-'], silent, inPieces(Buffer.from('one '), Buffer.from('two')));
    assert.deepEqual(
      sources.map(({ name }) => name.replace(`${folder}/`, '')),
      ['standard input', 'a.txt'],
    );
    assert.equal(await contentOf(sources[0]), 'one two');
    assert.equal(await contentOf(sources[0]), 'one two');
  });
  it('reads a named pipe like standard input', async function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [at('pipe')]);
    const [source] = await find(['pipe']);
    const written = writeFile(at('pipe'), 'through the pipe');
    assert.equal(await contentOf(source), 'through the pipe');
    await written;
    assert.equal(await contentOf(source), 'through the pipe');
  });

  it('reports a missing file and a pattern without matches', async () => {
    await rejects('tales.txt', `${at('tales.txt')}: no such file`);
    await rejects('a.txt/b.txt', `${at('a.txt/b.txt')}: a part of this path is a file, not a folder`);
    await rejects('**/*.xyz', `'${at('**/*.xyz')}': no file matches`);
    await assert.rejects(
      findSources([''], { encoding: 'utf8', onNotice: silent }),
      new CharrnnError("'': no such file"),
    );
  });
  it('says why a folder yields no text', async () => {
    const remedy = 'give a folder with text files';
    await rejects('pictures', `${at('pictures')}: none of its 2 files is text; ${remedy}`);
    const empty = temporaryFolder();
    await rejects(empty.folder, `${empty.folder}: no files in it; ${remedy}`);
    empty.remove();
  });
  it('reports a file that is unreadable or has disappeared when it is read', async () => {
    const gone = temporaryFolder({ 'a.txt': 'a', 'secret.txt': 's' });
    const [source, secret] = await find([join(gone.folder, 'a.txt'), join(gone.folder, 'secret.txt')]);
    if (process.platform !== 'win32' && process.getuid?.() !== 0) {
      execFileSync('chmod', ['0', join(gone.folder, 'secret.txt')]);
      await assert.rejects(contentOf(secret), /secret\.txt: permission denied$/);
    }
    gone.remove();
    await assert.rejects(contentOf(source), new CharrnnError(`${join(gone.folder, 'a.txt')}: no such file`));
  });
});

describe('filesBelow', () => {
  it('finds all files in byte order, except hidden ones and those in node_modules', async () => {
    const files = ['b.txt', 'a/z.txt', 'a/deep/er/x', 'a.txt', 'Z.txt', 'é.txt', 'a-b/c'];
    const others = ['.hidden', '.git/config', 'a/.secret', 'node_modules/m/x.js', 'a/node_modules/y.js'];
    const { folder, remove } = temporaryFolder(Object.fromEntries([...files, ...others].map((name) => [name, 'text'])));
    const found = (await filesBelow(folder)).map((path) => path.slice(folder.length + 1));
    remove();
    assert.deepEqual(found, ['Z.txt', 'a-b/c', 'a.txt', 'a/deep/er/x', 'a/z.txt', 'b.txt', 'é.txt']);
  });

  it('follows links to files and folders but not in circles, and skips dangling links', async () => {
    const { folder, remove } = temporaryFolder({ 'in/a.txt': 'a', 'out/b.txt': 'b', 'out/c.txt': 'c' });
    const link = (target: string, name: string) => symlinkSync(join(folder, target), join(folder, name));
    link('in', 'in/self');
    link('out', 'in/out');
    link('out/b.txt', 'in/b.txt');
    link('nowhere', 'in/nothing');
    link('in/loop', 'in/loop');
    const found = (await filesBelow(join(folder, 'in'))).map((path) => path.slice(folder.length + 1));
    remove();
    assert.deepEqual(found, ['in/a.txt', 'in/b.txt', 'in/out/b.txt', 'in/out/c.txt']);
  });
});

describe('inByteOrder', () => {
  it('orders by UTF-8 bytes, not by UTF-16 units', () => {
    assert.deepEqual(['😀', '\uffee', 'b', 'B', 'ab', 'a'].sort(inByteOrder), ['B', 'a', 'ab', 'b', '\uffee', '😀']);
  });
});

describe('isText', () => {
  const { write, remove } = temporaryFolder();
  after(remove);

  it('accepts UTF-8 text, even if empty', async () => {
    assert.ok(await isText(write('empty', ''), 'utf8'));
    assert.ok(await isText(write('text', '\ufeffNaïve 😀\r\n\t'), 'utf8'));
  });
  it('accepts a character that straddles the end of the first 64 KiB', async () => {
    for (const shift of [0, 1, 2, 3]) {
      assert.ok(await isText(write('long', 'a'.repeat(shift) + '😀'.repeat(20000)), 'utf8'));
    }
  });
  it('rejects a NUL, invalid UTF-8 and a character cut off at the end', async () => {
    assert.equal(await isText(write('nul', 'a\0b'), 'utf8'), false);
    assert.equal(await isText(write('png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47)), 'utf8'), false);
    assert.equal(await isText(write('cut', Buffer.from('é').subarray(0, 1)), 'utf8'), false);
  });
  it('accepts any bytes except NUL as Latin-1', async () => {
    assert.ok(await isText(write('latin1', Uint8Array.of(0xe9, 0xff)), 'latin1'));
    assert.equal(await isText(write('binary', Uint8Array.of(0xe9, 0)), 'latin1'), false);
  });
});

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1, 2, 3);
  yield Uint8Array.of(4);
}

async function all(source: { read(): AsyncIterable<Uint8Array> }): Promise<number[]> {
  const bytes: number[] = [];
  for await (const piece of source.read()) bytes.push(...piece);
  return bytes;
}

describe('kept', () => {
  it('reads its source only once', async () => {
    let reads = 0;
    const source = kept('standard input', () => {
      reads++;
      return pieces();
    });
    assert.deepEqual([await all(source), await all(source), reads], [[1, 2, 3, 4], [1, 2, 3, 4], 1]);
  });

  it('refuses a text in one line as soon as it exceeds the free memory', async () => {
    assert.deepEqual(await all(kept('standard input', pieces, 4)), [1, 2, 3, 4]);
    await assert.rejects(all(kept('standard input', pieces, 3)), {
      name: 'CharrnnError',
      message: 'standard input: longer than the free memory, 0.1 KiB; give it as a file, which is read in pieces',
    });
  });
});
