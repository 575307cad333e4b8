import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CharrnnError } from '../../src/errors.js';
import { findPictures } from '../../src/imaging/picture-files.js';
import { temporaryFolder } from '../temporary-folder.js';

describe('findPictures', () => {
  const { folder, path, remove } = temporaryFolder({
    'b.png': 'b',
    'a.data': 'a',
    'photos/z.JPG': 'z',
    'photos/B.webp': 'B',
    'photos/sub/a.gif': 'a',
    'photos/notes.txt': 'text',
    'texts/notes.txt': 'text',
  });
  after(remove);
  const notices: string[] = [];
  const find = async (...args: string[]): Promise<string[]> => {
    const found = await findPictures(args.map(path), (notice) => notices.push(notice));
    return found.map((found) => found.slice(folder.length + 1));
  };

  it('keeps the order of the arguments, sorts within folders and globs, and includes each once', async () => {
    symlinkSync(path('b.png'), path('photos/link.png'));
    const inFolder = ['photos/B.webp', 'photos/sub/a.gif', 'photos/z.JPG'];
    assert.deepEqual(await find('b.png', 'photos', 'a.data', 'photos/z.JPG'), ['b.png', ...inFolder, 'a.data']);
    assert.deepEqual(await find('photos/{z,B}.*'), ['photos/B.webp', 'photos/z.JPG']);
    assert.deepEqual(notices, [`skipped 1 file that is no image: ${path('photos/notes.txt')}`]);
  });
  it('refuses what names no image', async () => {
    const rejects = (arg: string, message: string) => assert.rejects(find(arg), new CharrnnError(message));
    await rejects('none.png', `${path('none.png')}: no such file`);
    await rejects('*.none', `'${path('*.none')}': no file matches`);
    const extensions = '.jpg, .jpeg, .png, .webp, .gif, .avif, .tif, .tiff';
    await rejects('texts', `${join(folder, 'texts')}: no images in it; give a folder with ${extensions} files`);
    await assert.rejects(
      findPictures(['-'], () => {}),
      new CharrnnError('-: is not a file; give files, folders or globs'),
    );
  });
});
