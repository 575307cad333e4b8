import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from './system-errors.js';

/** What tells a process from all others, those that had its number before or have it later too. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Of the boot of the system, or null where the system does not say. */
  readonly boot: string | null;
  /** Start of the process in clock ticks since that boot, or null. */
  readonly start: string | null;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const [boot, entry] = await Promise.all([bootId(), tableEntry(process.pid)]);
  return { pid: process.pid, host: hostname(), boot, start: entry?.start ?? null };
}

/** Whether a process of this host runs. Where the system does not tell processes apart, its number alone decides. */
export async function isRunning({ pid, boot, start }: Omit<ProcessIdentity, 'host'>): Promise<boolean> {
  if (!isTaken(pid)) return false;
  const [thisBoot, entry] = await Promise.all([bootId(), tableEntry(pid)]);
  if (boot !== null && thisBoot !== null && boot !== thisBoot) return false;
  if (entry === undefined) return true; // no such table, or one that hides the processes of others
  return !entry.hasEnded && (start === null || start === entry.start);
}

/** Whether a process of this host has a number. */
export function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it is another user's
  }
}

const bootId = (): Promise<string | null> =>
  readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => null,
  );

/** What Linux's table says of a process. */
async function tableEntry(pid: number): Promise<{ start: string; hasEnded: boolean } | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // `pid (name) state …`; the name may hold anything. The state is field 3 of proc(5), the start field 22.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie was killed, but nobody has asked for its exit code: in a container perhaps nobody ever will.
    return { start: fields[19], hasEnded: /^[ZX]/i.test(fields[0]) };
  } catch {
    return undefined;
  }
}
