import { type FileHandle, open, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { absentOr, destinationOf, makeFolder } from '../files/paths.js';
import { Fault, userError } from '../files/system-errors.js';
import { tryTemporary } from '../files/temporary.js';
import { formatBytes } from '../format.js';
import { loadCheckpoint } from './read.js';

export interface TargetReport {
  /** A standard stream, a pipe or a device. */
  readonly isStream: boolean;
  readonly warning?: string;
}

/**
 * Checks, before the work starts, that a checkpoint can be written to a path. It tries instead of reading permission
 * bits, which mean little to root and on network disks. It creates a missing folder, as saving would. A file that is
 * not a checkpoint is never replaced: it may be the user's work, such as a novel meant as the corpus.
 * @param bytes expected size of a checkpoint; saving needs space for two: the old one stays until the new one is done
 * @returns whether the path is a stream, which takes one checkpoint; a one-line warning if space seems to be short
 * @throws CharrnnError in one line, with the error that a save would report
 */
export async function checkTarget(path: string, bytes = 0): Promise<TargetReport> {
  try {
    const { file, existing, isStream } = await destinationOf(path);
    if (isStream) return { isStream };
    const folder = dirname(file);
    if (existing) await checkExisting(file);
    else await makeFolder(folder);
    await tryTemporary(file);

    const needed = 2 * bytes - Math.min(bytes, existing?.size ?? 0);
    const free = await freeBytes(folder);
    if (free >= needed) return { isStream };
    const sizes = `saving needs ${formatBytes(needed)}, only ${formatBytes(free)} is free`;
    return {
      isStream,
      warning: `${path}: low disk space: ${sizes}; make room, or give a path on another disk`,
    };
  } catch (error) {
    throw userError(path, error);
  }
}

/** The start of a checkpoint written by charrnn. */
const BEGINNING = /^\s*\{\s*"format"\s*:\s*"charrnn"/;

/** Whether a path leads to a checkpoint file written by charrnn. */
export const isCheckpoint = async (path: string): Promise<boolean> => BEGINNING.test(await beginningOf(path));

/** Returns the first characters of a file, ASCII or not; none if it cannot be read or is not a regular file. */
export async function beginningOf(path: string): Promise<string> {
  const found = await absentOr(stat(path)).catch(() => undefined);
  if (!found?.isFile()) return '';
  const file = await open(path, 'r').catch(() => undefined);
  return file === undefined ? '' : firstCharacters(file).finally(() => file.close());
}

/** Checks that a file can be and may be overwritten: it must be empty or a checkpoint. */
async function checkExisting(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const beginning = await firstCharacters(file).finally(() => file.close());
  if (beginning === '' || BEGINNING.test(beginning)) return;
  // Another program may have reordered its members.
  const isCheckpoint = beginning.startsWith('{') && (await isLoaded(path));
  if (!isCheckpoint) throw new Fault('already exists and is not a charrnn checkpoint; remove it, or give another path');
}

const isLoaded = (path: string): Promise<boolean> =>
  loadCheckpoint(path).then(
    () => true,
    () => false,
  );

async function firstCharacters(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(100), 0, 100, 0);
  return buffer.toString('latin1', 0, bytesRead);
}

/** The free bytes on the disk of a folder; infinite if the system does not report them. */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { blocks, bavail, bsize } = await statfs(folder);
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
