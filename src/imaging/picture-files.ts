import { extname } from 'node:path';
import { CharrnnError } from '../errors.js';
import { formatCount, shownName, someOf } from '../format.js';
import { filesBelow, filesOfGlob, identity, kindOf } from '../text/sources.js';

/** Extensions of the files in a folder that are taken for images. */
const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif', '.tif', '.tiff'];

/**
 * Finds the images that arguments name, in their order: files, folders and globs; those of a folder or glob in byte
 * order. Skips files below a folder whose extension is not that of an image, with one notice. An image named twice is
 * included once.
 *
 * @throws CharrnnError if an argument names nothing
 */
export async function findPictures(args: readonly string[], onNotice: (message: string) => void): Promise<string[]> {
  const found = new Map<string, string>();
  const skipped = new Set<string>();
  for (const arg of args) {
    for (const path of await filesOf(arg, skipped)) {
      const key = await identity(path);
      if (!found.has(key)) found.set(key, path);
    }
  }
  if (skipped.size > 0) {
    const what = skipped.size === 1 ? '1 file that is' : `${formatCount(skipped.size)} files that are`;
    onNotice(`skipped ${what} no image: ${someOf([...skipped].map(shownName), 3)}`);
  }
  return [...found.values()];
}

async function filesOf(arg: string, skipped: Set<string>): Promise<string[]> {
  const kind = await kindOf(arg);
  if (kind === 'file') return [arg];
  if (kind === 'glob') return filesOfGlob(arg);
  if (kind !== 'folder') throw new CharrnnError(`${shownName(arg)}: is not a file; give files, folders or globs`);
  const files = await filesBelow(arg);
  const isImage = (path: string): boolean => EXTENSIONS.includes(extname(path).toLowerCase());
  for (const path of files) if (!isImage(path)) skipped.add(path);
  const images = files.filter(isImage);
  if (images.length > 0) return images;
  throw new CharrnnError(`${shownName(arg)}: no images in it; give a folder with ${EXTENSIONS.join(', ')} files`);
}
