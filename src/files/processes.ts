import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from './system-errors.js';

/** Identifies a process uniquely, even among those that have the same number at other times. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The id of the current boot, or null if the system does not provide one. */
  readonly boot: string | null;
  /** The start of the process in clock ticks since that boot, or null. */
  readonly start: string | null;
}

export async function thisProcess(): Promise<ProcessIdentity> {
  const [boot, entry] = await Promise.all([bootId(), tableEntry(process.pid)]);
  return { pid: process.pid, host: hostname(), boot, start: entry?.start ?? null };
}

/** Whether a process on this host is running. If the system does not identify processes, only the number counts. */
export async function isRunning({ pid, boot, start }: Omit<ProcessIdentity, 'host'>): Promise<boolean> {
  if (!isTaken(pid)) return false;
  const [thisBoot, entry] = await Promise.all([bootId(), tableEntry(pid)]);
  if (boot !== null && thisBoot !== null && boot !== thisBoot) return false;
  if (entry === undefined) return true; // no process table, or one that hides the processes of other users
  return !entry.hasEnded && (start === null || start === entry.start);
}

/** Whether a process on this host has this number. */
export function isTaken(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM'; // it belongs to another user
  }
}

const bootId = (): Promise<string | null> =>
  readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    (text) => text.trim(),
    () => null,
  );

/** The entry of a process in Linux's process table. */
async function tableEntry(pid: number): Promise<{ start: string; hasEnded: boolean } | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // `pid (name) state …`; the name may contain anything. In proc(5), the state is field 3 and the start field 22.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended, but its exit code has not been collected; in a container it may never be.
    return { start: fields[19], hasEnded: /^[ZX]/i.test(fields[0]) };
  } catch {
    return undefined;
  }
}
