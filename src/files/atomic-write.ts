// Atomic writes: a file is either complete or absent.

import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, open, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { absentOr, destinationOf, makeFolder } from './paths.js';
import { sizedFault, userError } from './system-errors.js';
import { withTemporary } from './temporary.js';

/** A file in pieces. Those that are computed while it is written come asynchronously. */
export type Pieces = Iterable<string> | AsyncIterable<string | Uint8Array>;

/**
 * Writes a file. Readers see either the old file or the new one, never a part, even after a crash or failure. Links are
 * kept and their targets replaced; anything but a regular file (a pipe, a device) is written directly.
 * @returns the size of the file
 * @throws CharrnnError in one line; the old file is untouched
 */
export async function writeWhole(path: string, pieces: Pieces): Promise<{ bytes: number }> {
  try {
    const { file, existing, isStream } = await destinationOf(path);
    return { bytes: await (isStream ? writeDirectly(file, pieces) : replace(file, pieces, existing)) };
  } catch (error) {
    throw userError(path, error);
  }
}

/** Returns the size of a file in bytes; null for a pipe or standard input. */
export async function sizeOfFile(path: string): Promise<number | null> {
  const found = path === '-' ? undefined : await absentOr(stat(path));
  return found?.isFile() ? found.size : null;
}

/** Writes to a temporary file in the target's folder, then renames it to the target. */
async function replace(target: string, pieces: Pieces, existing: Stats | undefined): Promise<number> {
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

async function writeDirectly(path: string, pieces: Pieces): Promise<number> {
  const file = await open(path, 'w');
  try {
    return await writeAll(file, pieces);
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, pieces: Pieces): Promise<number> {
  let bytes = 0;
  let failure: unknown;
  for await (const piece of pieces) {
    const buffer = typeof piece === 'string' ? Buffer.from(piece) : piece;
    bytes += buffer.length;
    if (failure !== undefined) continue; // only count the rest, to report how much space is needed
    try {
      await file.writeFile(buffer); // continues after the last piece, and writes the whole buffer
    } catch (error) {
      if (Symbol.asyncIterator in pieces) throw error; // the rest may take hours to compute
      failure = error;
    }
  }
  if (failure !== undefined) throw sizedFault(failure, bytes);
  return bytes;
}

/** Makes the rename survive a power failure. Not every system supports this; the file itself is already safe. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {}
}
