import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { link, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { absentOr, destinationOf, makeFolder } from './paths.js';
import { isRunning, type ProcessIdentity, thisProcess } from './processes.js';
import { codeOf, Fault, userError } from './system-errors.js';
import { atExit, hiddenName, tryTemporary, withTemporary } from './temporary.js';

/** Milliseconds within which a new lock file has its content, even if it could not be created with it. */
const GRACE = 3000;

/** The process that holds a lock, as its lock file records it. */
export interface Holder extends ProcessIdentity {
  /** Unique to this lock. */
  readonly id: string;
  /** When the lock was taken, ISO 8601. */
  readonly since: string;
}

/** The state of a lock file: `writing` if its content is not there yet, `stale` if its process is gone. */
export type Found = { readonly id: string } & (
  | { readonly state: 'writing' | 'stale' }
  | { readonly state: 'held'; readonly holder: Holder }
);

/** Reads a lock file and determines its state; throws like `readFile`. */
export async function inspect(file: string): Promise<Found> {
  const holder = holderIn(await readFile(file, 'utf8'));
  if (holder === undefined) {
    const { ino, mtimeMs } = await stat(file);
    // The clock of a network disk may be ahead of ours.
    const state = Math.abs(Date.now() - mtimeMs) < GRACE ? 'writing' : 'stale';
    return { id: `${ino.toString(16)}-${Math.trunc(mtimeMs).toString(16)}`, state };
  }
  // The processes of another host are unknown, so its locks are respected.
  const isHeld = holder.host !== hostname() || (await isRunning(holder));
  return isHeld ? { id: holder.id, state: 'held', holder } : { id: holder.id, state: 'stale' };
}

/** Parses a lock file; returns undefined if it is damaged. */
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

// How exactly one of several processes gets a lock file, whether it is free or left behind by a killed process.
//
// A lock file appears with its full content at once: it is written under another name and then linked to its own, which
// fails if the file exists. A stale lock must not simply be removed: between the check and the removal, another process
// may have removed it too and taken a new lock under that name. So:
//
//   A process replaces a lock with the id X only while it holds a second lock, named after X, and only if it has seen X
//   in the first lock since it took the second.
//
// The second lock is exclusive, and a process that is gone does not release X: from that check to the rename, no other
// process can change the file. The rename puts the new lock in place of the old one, so the name is never free. A
// process that is killed half-way leaves a stale second lock, which is replaced by the same rule. Ids are never reused,
// so a second lock guards nothing once the first has another id: the holder of the first may remove all second locks.

/** Milliseconds between checks of a lock that another process is about to finish. */
const PAUSE = 20;
/** Checks after which that process counts as stuck. */
const LOOKS = 250;

/** A request for a lock. */
export interface Claim {
  /** The checkpoint that the lock guards. */
  readonly target: string;
  /** The first lock, after which second locks are named. */
  readonly first: string;
  readonly own: Holder;
}

/**
 * Takes a lock, by default the first one.
 * @returns the holder, if another process holds it
 */
export async function take(claim: Claim, file = claim.first): Promise<Holder | undefined> {
  for (let look = 0; ; look++) {
    if (await create(file, claim)) return undefined;
    const found = await absentOr(inspect(file));
    if (found === undefined) continue; // released just now
    if (found.id === claim.own.id) return undefined; // network disks may report failure for a link they created
    if (found.state === 'held') return found.holder;
    if (found.state === 'stale') {
      const second = `${claim.first}.${found.id}`;
      const rival = await take(claim, second);
      if (rival === undefined) {
        if (await replace(file, found.id, claim, second)) return undefined;
        continue;
      }
      if (look >= LOOKS) return rival;
    }
    await sleep(PAUSE);
  }
}

/** Removes the second locks of killed processes. Only the holder of the first lock may call it. */
export async function removeSecondLocks(first: string): Promise<void> {
  const start = `${basename(first)}.`;
  const isSecond = (name: string): boolean => name.startsWith(start) && /^[\da-f-]+$/.test(name.slice(start.length));
  const names = (await readdir(dirname(first))).filter(isSecond);
  await Promise.all(names.map((name) => rm(join(dirname(first), name), { force: true })));
}

/** @returns whether the file was created: false if it exists */
function create(file: string, { target, own }: Claim): Promise<boolean> {
  return withTemporary(target, async (temporary) => {
    await writeFile(temporary, textOf(own), { flag: 'wx' });
    try {
      await link(temporary, file);
      return true;
    } catch (error) {
      return codeOf(error) === 'EEXIST' ? false : createInPlace(file, own);
    }
  });
}

/** For file systems without links: the file is empty for a moment, while others wait. */
async function createInPlace(file: string, own: Holder): Promise<boolean> {
  try {
    await writeFile(file, textOf(own), { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  return (await absentOr(inspect(file)))?.id === own.id; // false: the moment was so long that the file looked stale
}

/** Replaces the stale lock `id` by `own`, then removes the second lock. @returns whether `id` was still there */
async function replace(file: string, id: string, { target, own }: Claim, second: string): Promise<boolean> {
  try {
    if ((await absentOr(inspect(file)))?.id !== id) return false;
    await withTemporary(target, async (temporary) => {
      await writeFile(temporary, textOf(own), { flag: 'wx' });
      await rename(temporary, file);
    });
    return true;
  } finally {
    await rm(second, { force: true });
  }
}

const textOf = (holder: Holder): string => `${JSON.stringify(holder)}\n`;

/** Reserves a checkpoint for this process. */
export interface Lock {
  /** Removes the lock, unless another process holds it by now. */
  release(): Promise<void>;
  /** Does the same synchronously, for a process that is about to end. */
  releaseSync(): void;
}

const noLock: Lock = { release: async () => {}, releaseSync: () => {} };

/**
 * Prevents other training runs from writing the same checkpoint: those on this host, and on other hosts that share a
 * network disk. Replaces the lock of a killed process. The lock is released when the process ends, if not before. A
 * stream, or a file in a read-only folder, needs no lock and gets none.
 * @throws CharrnnError in one line; it names the process of such a run
 */
export async function lock(path: string): Promise<Lock> {
  const target = await targetOf(path);
  if (target === undefined) return noLock;
  const file = join(dirname(target), `${hiddenName(target)}.lock`);
  const own: Holder = { id: randomUUID(), ...(await thisProcess()), since: new Date().toISOString() };
  const remove = (): void => removeOwn(file, own.id);
  const forget = atExit(remove);
  const releaseSync = (): void => {
    forget();
    remove();
  };
  try {
    const rival = await take({ target, first: file, own });
    if (rival) throw userError(path, refusal(rival, file));
    await removeSecondLocks(file);
    return { release: async () => releaseSync(), releaseSync };
  } catch (error) {
    releaseSync();
    throw userError(file, error);
  }
}

/** The file that a path leads to, or undefined if its folder cannot hold a lock. */
async function targetOf(path: string): Promise<string | undefined> {
  try {
    const { file, isStream } = await destinationOf(path);
    if (isStream) return undefined;
    await makeFolder(dirname(file));
    await tryTemporary(file);
    return file;
  } catch (error) {
    if (/^(EACCES|EPERM|EROFS)$/.test(codeOf(error) ?? '')) return undefined;
    throw userError(path, error);
  }
}

function removeOwn(file: string, id: string): void {
  try {
    if (holderIn(readFileSync(file, 'utf8'))?.id === id) rmSync(file);
  } catch {} // already gone; or it remains, and is stale once this process ends
}

function refusal({ pid, host, since }: Holder, file: string): Fault {
  if (host === hostname()) {
    return new Fault(
      `process ${pid} has been training it since ${timeOf(since)}; wait for it, or write to another path`,
    );
  }
  const ways = `wait for it, write to another path, or delete ${file} if that process is gone`;
  return new Fault(`process ${pid} on ${host} has been training it since ${timeOf(since)}; ${ways}`);
}

/** A time in the local time zone, with the date unless it is today: `14:03:22`, `2024-05-31 14:03:22`. */
function timeOf(since: string): string {
  const iso = (time: Date): string => {
    const local = new Date(time.getTime() - 60_000 * time.getTimezoneOffset());
    return local.toISOString().slice(0, 19).replace('T', ' ');
  };
  const [day, time] = iso(new Date(since)).split(' ');
  return iso(new Date()).startsWith(day) ? time : `${day} ${time}`;
}
