import { constants, type Stats } from 'node:fs';
import { access, type FileHandle, lstat, mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Checkpoint } from './checkpoint.js';
import { codeOf, Fault, userError } from './faults.js';
import { documentPieces, joined } from './layout.js';

/** Characters that are written at once. */
const PIECE = 2 ** 18;
const MAX_LINKS = 40;
/** Standard streams are written as they are, even where they lead to a file. */
const isStream = (path: string): boolean => /^\/dev\/(stdout|stderr|fd\/)|^\/proc\//.test(path);

let saves = 0;

/**
 * Writes a checkpoint. A reader, a crash and a failure find either the old file or the new one, never a part.
 * A link stays and what it points to is replaced; what is no regular file (a pipe, a device) is written directly.
 * @returns the size of the file
 * @throws CharrnnError one line, the old file untouched: also when the checkpoint could not be read again
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<{ bytes: number }> {
  try {
    const { checkpointOf, documentOf } = await import('./validate.js');
    const document = documentOf(checkpointOf(documentOf(checkpoint)));
    const pieces = joined(documentPieces(document), PIECE);

    if (path === '' || path.endsWith('/') || path.endsWith(sep))
      throw new Fault('is a folder, not a file; give the path of a file in it');
    const existing = await absentOr(stat(path));
    if (existing?.isDirectory()) throw new Fault('is a folder, not a file; give the path of a file in it');
    if (isStream(path) || (existing && !existing.isFile())) return { bytes: await writeDirectly(path, pieces) };
    return { bytes: await replace(await behindLinks(path), pieces, existing) };
  } catch (error) {
    throw userError(path, error);
  }
}

/** Writes beside the target, then renames over it. */
async function replace(target: string, pieces: Iterable<string>, existing: Stats | undefined): Promise<number> {
  const folder = dirname(target);
  if (existing) await access(target, constants.W_OK);
  else await mkdir(folder, { recursive: true });

  const temporary = join(folder, `.${basename(target).slice(0, 50)}.${process.pid}.${saves++}.tmp`);
  await rm(temporary, { force: true }); // of a process that crashed and had the same number
  try {
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
    await syncFolder(folder);
    return bytes;
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // the first error is the one to tell
    throw error;
  }
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
  for (const piece of pieces) {
    const buffer = Buffer.from(piece);
    await file.writeFile(buffer); // goes on where the last piece ended, and writes all of it
    bytes += buffer.length;
  }
  return bytes;
}

/** Makes the rename outlast a power cut. Not every system can; the file itself is safe by then. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {}
}

/** Where a path leads, be it to a file that does not exist yet. */
async function behindLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const entry = await absentOr(lstat(target));
    if (!entry?.isSymbolicLink()) return target;
    target = resolve(await realpath(dirname(target)), await readlink(target));
  }
  throw new Fault('symbolic links that lead in a circle; give another path');
}

/** What `found` gives, or nothing where there is no such file. */
async function absentOr<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
