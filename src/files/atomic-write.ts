// Files that are whole or not there.

import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { absentOr, destinationOf, makeFolder } from './paths.js';
import { sizedFault, userError } from './system-errors.js';
import { withTemporary } from './temporary.js';

/**
 * Writes a file. A reader, a crash and a failure find either the old file or the new one, never a part.
 * A link stays and what it points to is replaced; what is no regular file (a pipe, a device) is written directly.
 * @returns the size of the file
 * @throws CharrnnError one line, the old file untouched
 */
export async function writeWhole(path: string, pieces: Iterable<string>): Promise<{ bytes: number }> {
  try {
    const { file, existing, isStream } = await destinationOf(path);
    return { bytes: await (isStream ? writeDirectly(file, pieces) : replace(file, pieces, existing)) };
  } catch (error) {
    throw userError(path, error);
  }
}

/** The bytes of a file; null of what is none: a pipe, standard input. */
export async function sizeOfFile(path: string): Promise<number | null> {
  const found = path === '-' ? undefined : await absentOr(stat(path));
  return found?.isFile() ? found.size : null;
}

/** Writes beside the target, then renames over it. */
async function replace(target: string, pieces: Iterable<string>, existing: Stats | undefined): Promise<number> {
  if (existing) await access(target, constants.W_OK);
  else await makeFolder(dirname(target));

  return withTemporary(target, async (temporary) => {
    const file = await open(temporary, 'wx');
    let bytes: number;
    try {
      if (existing) await file.chmod(existing.mode & 0o7777);
      bytes = await writeAll(file, pieces);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await syncFolder(dirname(target));
    return bytes;
  });
}

async function writeDirectly(path: string, pieces: Iterable<string>): Promise<number> {
  const file = await open(path, 'w');
  try {
    return await writeAll(file, pieces);
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, pieces: Iterable<string>): Promise<number> {
  let bytes = 0;
  let failure: unknown;
  for (const piece of pieces) {
    const buffer = Buffer.from(piece);
    bytes += buffer.length;
    if (failure !== undefined) continue; // the rest is only counted, to say how much room it needs
    try {
      await file.writeFile(buffer); // goes on where the last piece ended, and writes all of it
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw sizedFault(failure, bytes);
  return bytes;
}

/** Makes the rename outlast a power cut. Not every system can; the file itself is safe by then. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {}
}
