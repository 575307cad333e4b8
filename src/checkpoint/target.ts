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
 * Finds out before the work begins whether a checkpoint can be written to a path. It tries rather than looks: permission
 * bits mean little to root and on network disks. A missing folder is made, as saving would make it. A file that is no
 * checkpoint is somebody's work, a novel perhaps that was meant to be the corpus, and is never replaced.
 * @param bytes expected size of a checkpoint; saving needs room for two, as the old one stays until the new one is whole
 * @returns whether it is a stream, which takes one checkpoint; a warning, one line, if there seems to be too little room
 * @throws CharrnnError one line, what a save would say in the end
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
    const sizes = `${formatBytes(needed)} are needed to save, ${formatBytes(free)} are free`;
    return {
      isStream,
      warning: `${path}: little space on the disk: ${sizes}; make room, or give a path on another disk`,
    };
  } catch (error) {
    throw userError(path, error);
  }
}

/** How a checkpoint begins that charrnn has written. */
const BEGINNING = /^\s*\{\s*"format"\s*:\s*"charrnn"/;

/** Whether a path is that of a file that charrnn has written as a checkpoint. */
export async function isCheckpoint(path: string): Promise<boolean> {
  const found = await absentOr(stat(path)).catch(() => undefined);
  if (!found?.isFile()) return false;
  const file = await open(path, 'r').catch(() => undefined);
  return file !== undefined && BEGINNING.test(await firstCharacters(file).finally(() => file.close()));
}

/** Whether a file can be written, and may be: an empty one has nothing to lose. */
async function checkExisting(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const beginning = await firstCharacters(file).finally(() => file.close());
  if (beginning === '' || BEGINNING.test(beginning)) return;
  // Another program may have sorted its members.
  const isCheckpoint = beginning.startsWith('{') && (await isLoaded(path));
  if (!isCheckpoint) throw new Fault('is there already, and no charrnn checkpoint; remove it, or give another path');
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

/** Free bytes where a folder is; without end where the system does not say. */
async function freeBytes(folder: string): Promise<number> {
  try {
    const { blocks, bavail, bsize } = await statfs(folder);
    return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
