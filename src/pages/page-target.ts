import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { destinationOf, makeFolder } from '../files/paths.js';
import { Fault, userError } from '../files/system-errors.js';
import { tryTemporary } from '../files/temporary.js';

const BEGINNING = /^\s*(<!doctype html|<html)/i;

/**
 * Checks, before the work starts, that a page can be written to a path, as for a checkpoint: by trying, and creating its
 * folder. A file that is not a page is never replaced.
 * @throws CharrnnError in one line
 */
export async function checkPageTarget(path: string): Promise<void> {
  try {
    const { file, existing, isStream } = await destinationOf(path);
    if (isStream) return;
    if (!existing) await makeFolder(dirname(file));
    else if (existing.size > 0 && !BEGINNING.test(await beginningOf(file))) {
      throw new Fault('already exists and is not a page in HTML; remove it, or give another path');
    }
    await tryTemporary(file);
  } catch (error) {
    throw userError(path, error);
  }
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path, 'r+');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(100), 0, 100, 0).finally(() => file.close());
  return buffer.toString('latin1', 0, bytesRead);
}
