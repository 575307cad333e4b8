import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { atExit } from './at-exit.js';
import { destinationOf, makeFolder } from './destination.js';
import { codeOf, Fault, userError } from './faults.js';
import { type Holder, holderIn } from './holder.js';
import { thisProcess } from './processes.js';
import { removeSecondLocks, take } from './takeover.js';
import { hiddenName, tryTemporary } from './temporary.js';

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
      `process ${pid} has been training it since ${timeOf(since)}; wait for it, or give another --output`,
    );
  }
  const ways = `wait for it, give another --output, or delete ${file} if that process is gone`;
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
