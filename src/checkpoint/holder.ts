import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isRunning, type ProcessIdentity } from './processes.js';

/** Milliseconds in which whoever makes a lock file has written it, even where it cannot appear with its content. */
const GRACE = 3000;

/** What a lock file says about who holds it. */
export interface Holder extends ProcessIdentity {
  /** Of this one lock; no other ever has it. */
  readonly id: string;
  /** When the lock was taken, ISO 8601. */
  readonly since: string;
}

/** A lock file as it is found: `writing` is without sense yet, `stale` is what a process that is gone has left. */
export type Found = { readonly id: string } & (
  | { readonly state: 'writing' | 'stale' }
  | { readonly state: 'held'; readonly holder: Holder }
);

/** Reads a lock file and finds out what it is worth; throws like `readFile`. */
export async function inspect(file: string): Promise<Found> {
  const holder = holderIn(await readFile(file, 'utf8'));
  if (holder === undefined) {
    const { ino, mtimeMs } = await stat(file);
    // A clock of a network disk may be ahead of ours.
    const state = Math.abs(Date.now() - mtimeMs) < GRACE ? 'writing' : 'stale';
    return { id: `${ino.toString(16)}-${Math.trunc(mtimeMs).toString(16)}`, state };
  }
  // Nothing is known about the processes of another host, so that its locks are respected.
  const isHeld = holder.host !== hostname() || (await isRunning(holder));
  return isHeld ? { id: holder.id, state: 'held', holder } : { id: holder.id, state: 'stale' };
}

/** What a lock file says, or nothing if it is damaged. */
export function holderIn(text: string): Holder | undefined {
  const isText = (value: unknown): value is string => typeof value === 'string';
  try {
    const { id, pid, host, boot, start, since } = JSON.parse(text);
    const isIdentified = isText(id) && /^[\da-f-]{36}$/.test(id) && Number.isSafeInteger(pid) && pid > 0;
    const isPlaced = isText(host) && (boot === null || isText(boot)) && (start === null || isText(start));
    if (!isIdentified || !isPlaced || !isText(since) || Number.isNaN(Date.parse(since))) return undefined;
    return { id, pid, host, boot, start, since };
  } catch {
    return undefined;
  }
}
