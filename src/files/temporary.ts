import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { absentOr, destinationOf } from './paths.js';
import { isTaken } from './processes.js';
import { userError } from './system-errors.js';

const due = new Set<() => void>();

/**
 * Schedules work for the end of the process, whether normal or after an uncaught error. Only a signal that kills the
 * process leaves no time for it.
 * @param work synchronous; must not throw
 * @returns a function that cancels it
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

/** Characters of a name that are kept, so that suffixes do not make it too long for the file system. */
const KEPT = 40;

let count = 0;
/** Names of the temporary files that this process is using. */
const inUse = new Set<string>();

/** The prefix of the hidden files that belong to a file: `.model.json`. No two files in a folder share it. */
export function hiddenName(file: string): string {
  const name = basename(file);
  const characters = [...name];
  if (characters.length <= KEPT) return `.${name}`;
  const rest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `.${characters.slice(0, KEPT).join('')}~${rest}`;
}

/** Runs `work` with a temporary file in the folder of `file`; removes it afterwards, unless `work` has renamed it. */
export async function withTemporary<T>(file: string, work: (temporary: string) => Promise<T>): Promise<T> {
  const name = `${hiddenName(file)}.${process.pid}.${count++}.tmp`;
  const temporary = join(dirname(file), name);
  inUse.add(name);
  const forget = atExit(() => tryToRemove(temporary));
  try {
    await rm(temporary, { force: true }); // left by a crashed process with the same number
    return await work(temporary);
  } finally {
    await rm(temporary, { force: true }).catch(() => {}); // an error of `work` is the one to report
    forget();
    inUse.delete(name);
  }
}

/** Checks that files can be created in the folder of `file`; throws like `open`. */
export async function tryTemporary(file: string): Promise<void> {
  await withTemporary(file, async (temporary) => (await open(temporary, 'wx')).close());
}

/**
 * Removes the temporary files that crashed processes have left next to a checkpoint. From here, processes of other
 * hosts look dead: call it only while holding the lock, which excludes them.
 * @returns their names
 * @throws CharrnnError in one line
 */
export async function cleanTemporaries(path: string): Promise<string[]> {
  try {
    const { file, isStream } = await destinationOf(path);
    if (isStream) return [];
    const start = `${hiddenName(file)}.`;
    const entries = (await absentOr(readdir(dirname(file)))) ?? [];
    const left = entries.filter((name) => name.startsWith(start) && isLeftover(name, name.slice(start.length)));
    return left.filter((name) => tryToRemove(join(dirname(file), name))).toSorted();
  } catch (error) {
    throw userError(path, error);
  }
}

function isLeftover(name: string, ending: string): boolean {
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
    return false; // it does no harm
  }
}
