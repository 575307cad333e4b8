import { constants } from 'node:buffer';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** What this machine, and this Node, offer a program. Bytes. */
export interface Machine {
  /** All memory that the process may have: the machine's, or less in a container with a limit. */
  readonly total: number;
  /** What is free of it now. */
  readonly available: number;
  /** The JavaScript objects of one thread. */
  readonly heap: number;
  /** The longest array of bytes. */
  readonly longestArray: number;
}

export function thisMachine(): Machine {
  // Without a limit, the limit is 0 or larger than any machine.
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(totalmem(), limit) : totalmem();
  return {
    total,
    available: Math.min(total, process.availableMemory()),
    heap: getHeapStatistics().heap_size_limit,
    longestArray: constants.MAX_LENGTH,
  };
}
