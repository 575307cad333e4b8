import { open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../format.js';
import { destinationOf, makeFolder } from './destination.js';
import { userError } from './faults.js';
import { tryTemporary } from './temporary.js';

/**
 * Finds out before the work begins whether a checkpoint can be written to a path. It tries rather than looks: permission
 * bits mean little to root and on network disks. A missing folder is made, as saving would make it.
 * @param bytes expected size of a checkpoint; saving needs room for two, as the old one stays until the new one is whole
 * @returns a warning, one line, if there seems to be too little room
 * @throws CharrnnError one line, what a save would say in the end
 */
export async function checkTarget(path: string, bytes = 0): Promise<{ warning?: string }> {
  try {
    const { file, existing, isStream } = await destinationOf(path);
    if (isStream) return {};
    const folder = dirname(file);
    if (existing) await (await open(file, 'r+')).close();
    else await makeFolder(folder);
    await tryTemporary(file);

    const needed = 2 * bytes - Math.min(bytes, existing?.size ?? 0);
    const free = await freeBytes(folder);
    if (free >= needed) return {};
    const sizes = `${formatBytes(needed)} are needed to save, ${formatBytes(free)} are free`;
    return { warning: `${path}: little space on the disk: ${sizes}; make room, or give a path on another disk` };
  } catch (error) {
    throw userError(path, error);
  }
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
