import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { absentOr, destinationOf } from './paths.js';
import { isTaken } from './processes.js';
import { userError } from './system-errors.js';

const due = new Set<() => void>();

/**
 * Has something done when the process ends: by itself or behind an error that nobody caught. Only a signal that kills
 * leaves no time.
 * @param work synchronous, and throws nothing
 * @returns a function that takes it back
 */
export function atExit(work: () => void): () => void {
  if (due.size === 0) process.on('exit', doAll);
  due.add(work);
  return () => {
    due.delete(work);
    if (due.size === 0) process.off('exit', doAll);
  };
}

function doAll(): void {
  for (const work of due) work();
}

/** Characters of a name that are kept, so that what is appended does not make it too long for a file system. */
const KEPT = 40;

let count = 0;
/** Names of the temporary files that this process is working with. */
const inUse = new Set<string>();

/** The name that hidden files beside a file begin with: `.model.json`. Two files in a folder never share it. */
export function hiddenName(file: string): string {
  const name = basename(file);
  const characters = [...name];
  if (characters.length <= KEPT) return `.${name}`;
  const rest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `.${characters.slice(0, KEPT).join('')}~${rest}`;
}

/** Works with a temporary file beside `file`, which is gone afterwards unless `work` has renamed it. */
export async function withTemporary<T>(file: string, work: (temporary: string) => Promise<T>): Promise<T> {
  const name = `${hiddenName(file)}.${process.pid}.${count++}.tmp`;
  const temporary = join(dirname(file), name);
  inUse.add(name);
  const forget = atExit(() => tryToRemove(temporary));
  try {
    await rm(temporary, { force: true }); // of a process that crashed and had the same number
    return await work(temporary);
  } finally {
    await rm(temporary, { force: true }).catch(() => {}); // an error of `work` is the one to tell
    forget();
    inUse.delete(name);
  }
}

/** Tries whether files can be made beside `file`; throws like `open`. */
export async function tryTemporary(file: string): Promise<void> {
  await withTemporary(file, async (temporary) => (await open(temporary, 'wx')).close());
}

/**
 * Removes the temporary files that crashed processes have left beside a checkpoint. A process of another host looks dead
 * from here: call it when the lock is held, which keeps those away.
 * @returns their names
 * @throws CharrnnError one line
 */
export async function cleanTemporaries(path: string): Promise<string[]> {
  try {
    const { file, isStream } = await destinationOf(path);
    if (isStream) return [];
    const start = `${hiddenName(file)}.`;
    const entries = (await absentOr(readdir(dirname(file)))) ?? [];
    const left = entries.filter((name) => name.startsWith(start) && isLeft(name, name.slice(start.length)));
    return left.filter((name) => tryToRemove(join(dirname(file), name))).toSorted();
  } catch (error) {
    throw userError(path, error);
  }
}

function isLeft(name: string, ending: string): boolean {
  const [, digits] = /^(\d+)\.\d+\.tmp$/.exec(ending) ?? [];
  if (digits === undefined || inUse.has(name)) return false;
  const pid = Number(digits);
  return pid === process.pid || !isTaken(pid);
}

function tryToRemove(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false; // in the way of nothing
  }
}
