import { constants } from 'node:buffer';
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** The limits of this machine and this Node, in bytes. */
export interface Machine {
  /** All memory that the process may use: the machine's, or less in a container with a limit. */
  readonly total: number;
  /** How much of it is free now. */
  readonly available: number;
  /** Heap for the JavaScript objects of one thread. */
  readonly heap: number;
  /** The longest byte array. */
  readonly longestArray: number;
}

export function thisMachine(): Machine {
  // Without a limit, this is 0 or larger than any machine's memory.
  const limit = process.constrainedMemory();
  const total = limit > 0 ? Math.min(totalmem(), limit) : totalmem();
  return {
    total,
    available: Math.min(total, process.availableMemory()),
    heap: getHeapStatistics().heap_size_limit,
    longestArray: constants.MAX_LENGTH,
  };
}
