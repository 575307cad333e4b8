import { link, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { absentOr } from './destination.js';
import { codeOf } from './faults.js';
import { type Holder, inspect } from './holder.js';
import { withTemporary } from './temporary.js';

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
