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

// How one process of many gets a lock file, be it free or left by a process that was killed.
//
// A lock file appears with all of its content at once: it is written under another name and then linked to its own,
// which fails if there is a file. A stale lock must not simply be removed: between the look at it and its removal
// another may have done the same and hold a new lock by that name. So:
//
//   A lock with the id X is replaced only by who holds a second lock, named after X, and has seen X in the first one
//   since he holds it.
//
// The second lock is exclusive, and a process that is gone does not release X: from that look to the rename nobody else
// can change the file. The rename puts the new lock in the place of the old one, so that the name is never free. A taker
// who is killed half-way leaves a stale second lock, which is replaced by the same rule. No id ever returns, so that a
// second lock guards nothing once the first one has another id: who holds the first may remove all second ones.

/** Milliseconds between two looks at what another is about to finish. */
const PAUSE = 20;
/** Looks after which he counts as stuck. */
const LOOKS = 250;

/** What a process wants. */
export interface Claim {
  /** The checkpoint that the lock guards. */
  readonly target: string;
  /** Its lock, after which second locks are named. */
  readonly first: string;
  readonly own: Holder;
}

/**
 * Takes a lock, the first one if nothing else is given.
 * @returns who holds it instead, if somebody does
 */
export async function take(claim: Claim, file = claim.first): Promise<Holder | undefined> {
  for (let look = 0; ; look++) {
    if (await create(file, claim)) return undefined;
    const found = await absentOr(inspect(file));
    if (found === undefined) continue; // released just now
    if (found.id === claim.own.id) return undefined; // network disks may report the failure of a link that they made
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

/** Removes what takers who were killed have left. Only for who holds the first lock. */
export async function removeSecondLocks(first: string): Promise<void> {
  const start = `${basename(first)}.`;
  const isSecond = (name: string): boolean => name.startsWith(start) && /^[\da-f-]+$/.test(name.slice(start.length));
  const names = (await readdir(dirname(first))).filter(isSecond);
  await Promise.all(names.map((name) => rm(join(dirname(first), name), { force: true })));
}

/** @returns whether it was made: false if there is such a file */
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

/** For file systems without links: the file is empty for a moment, in which others wait. */
async function createInPlace(file: string, own: Holder): Promise<boolean> {
  try {
    await writeFile(file, textOf(own), { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
  return (await absentOr(inspect(file)))?.id === own.id; // no: the moment was so long that it looked stale
}

/** Puts `own` in the place of the stale lock `id`, then removes the second lock. @returns whether `id` was still there */
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

/** Keeps others away from a checkpoint. */
export interface Lock {
  /** Removes the lock, unless it is another's by now. */
  release(): Promise<void>;
  /** The same at once, for a process that is about to end. */
  releaseSync(): void;
}

const noLock: Lock = { release: async () => {}, releaseSync: () => {} };

/**
 * Keeps other trainings from writing the same checkpoint: those of this host, and of others on a network disk. A lock
 * that a killed process has left is taken over. Released when the process ends, if not before. A stream, and a folder in
 * which nothing can be written, need no lock and get none.
 * @throws CharrnnError one line; if there is such a training, about its process
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

/** What a path leads to, or nothing where no lock could stand beside it. */
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
  } catch {} // gone already; or it stays, and is stale as soon as this process ends
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

/** `14:03:22` here, with the day if it is not today: `2024-05-31 14:03:22`. */
function timeOf(since: string): string {
  const iso = (time: Date): string => {
    const local = new Date(time.getTime() - 60_000 * time.getTimezoneOffset());
    return local.toISOString().slice(0, 19).replace('T', ' ');
  };
  const [day, time] = iso(new Date(since)).split(' ');
  return iso(new Date()).startsWith(day) ? time : `${day} ${time}`;
}
