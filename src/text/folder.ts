import { open, readdir, realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { CharrnnError } from '../errors.js';
import type { Encoding } from '../options.js';
import { createDecoder } from './decode.js';
import { codeOf, readFault } from './faults.js';

/** Bytes at the start of a file that show whether it is text. */
const GLANCE = 64 * 1024;

/** Order of bytes, the same on every machine and in every locale. */
export const inByteOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Paths of all files below a folder, in byte order, without hidden files and folders and without node_modules.
 * Links are followed, but no folder is entered twice.
 *
 * @throws CharrnnError at a folder that cannot be read
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const entered = new Set<string>();
  const files: string[] = [];
  const enter = async (path: string): Promise<void> => {
    try {
      const real = await realpath(path);
      if (entered.has(real)) return;
      entered.add(real);
      for (const name of (await readdir(path)).sort(inByteOrder)) {
        if (name.startsWith('.') || name === 'node_modules') continue;
        await visit(posix.join(path, name));
      }
    } catch (error) {
      throw readFault(path, error);
    }
  };
  const visit = async (path: string): Promise<void> => {
    const status = await stat(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return undefined; // a link to nothing
      throw readFault(path, error);
    });
    if (status?.isDirectory()) await enter(path);
    else if (status?.isFile()) files.push(path);
  };
  await enter(folder);
  return files.sort(inByteOrder);
}

/** Whether a file begins as text does: in its first 64 KiB no NUL, and nothing that is invalid in this encoding. */
export async function isText(path: string, encoding: Encoding): Promise<boolean> {
  const bytes = await readStart(path);
  if (bytes.includes(0)) return false;
  const decoder = createDecoder(encoding, path);
  try {
    decoder.decode(bytes, new Uint32Array(bytes.length));
    if (bytes.length < GLANCE) decoder.end();
    return true;
  } catch (error) {
    if (error instanceof CharrnnError) return false;
    throw error;
  }
}

async function readStart(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(GLANCE), 0, GLANCE, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readFault(path, error);
  }
}
