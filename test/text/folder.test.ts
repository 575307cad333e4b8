import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, inByteOrder, isText } from '../../src/text/sources.js';
import { temporaryFolder } from '../temporary-folder.js';

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
