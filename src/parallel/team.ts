import type { Kernels, Range, Tensor } from '../kernels/kernels.js';

/** One of several: 0 … size − 1. */
export interface Place {
  readonly rank: number;
  readonly size: number;
}

/**
 * Workers that run one program together (single program, multiple data): each knows its rank and computes its share of
 * every phase; `barrier` returns once all have called it.
 */
export interface Team extends Place {
  readonly ranks: Ranks;
  barrier(): void;
}

/**
 * The processes that compute one thing together, perhaps on several machines, each with a team of its own. Every worker
 * of every team calls the same methods in the same order.
 */
export interface Ranks extends Place {
  /** Tells in which memory the arrays are. */
  use(memory: WebAssembly.Memory): void;
  /** Returns some numbers of each rank, as many from each. For the first worker of a team alone. */
  gather(values: readonly number[]): readonly (readonly number[])[];
  /** Returns the sum of a number of each rank, in the order of the ranks. All workers of a team give the same number. */
  total(w: Team, value: number): number;
  /**
   * x becomes the sum of all ranks' x, element by element in the order of the ranks: the same bits everywhere. Call
   * after a barrier; another one has passed when it returns.
   * @param inbox (size, part), room for a part of x from each rank
   */
  sum(w: Worker, x: Tensor, inbox: Tensor): void;
}

/** A single process. */
export const oneRank: Ranks = {
  ...{ rank: 0, size: 1 },
  use: () => {},
  gather: (values) => [values],
  total: (_, value) => value,
  sum: () => {},
};

/** One of several processes, for a layout: it says where this one stands, and talks to no other. */
export const placed = (place: Place | undefined): Ranks =>
  place ? { ...oneRank, rank: place.rank, size: place.size } : oneRank;

/** Elements that one vector instruction takes: parts of a sum are whole multiples of them. */
export const PART_UNIT = 16;

/** Elements of the part of an array of some size that each of so many ranks sums. */
export const partOf = (size: number, ranks: number): number => Math.ceil(size / ranks / PART_UNIT) * PART_UNIT;

/** A working member of a team, with its kernels and its own scratch memory. */
export interface Worker extends Team {
  readonly kernels: Kernels;
  readonly scratch: Tensor;
}

/** A team of one. */
export const alone: Team = { rank: 0, size: 1, ranks: oneRank, barrier: () => {} };

/** The numbers of a rank's streams: every so-many-th, so that long examples and short ones are shared out alike. */
export const streamsOf = (all: number, { rank, size }: Place): number[] =>
  Array.from({ length: Math.ceil((all - rank) / size) }, (_, i) => rank + i * size);

/** Returns this worker's part of 0 … count, in whole units; the parts of all workers cover it once, in order. */
export function share(count: number, { rank, size }: Place, unit = 1): Range {
  const units = Math.ceil(count / unit);
  const from = Math.floor((units * rank) / size) * unit;
  const to = Math.floor((units * (rank + 1)) / size) * unit;
  return { from: Math.min(from, count), to: Math.min(to, count) };
}

/**
 * Returns the rows of a sequence (T·N, ·) that belong to this worker's streams, as ranges in time order: one range for
 * each step, or a single one if all streams are its own. A worker needs no other rows from the first layer to the loss
 * and back, so it need not wait in between.
 */
export function ownSequence(T: number, N: number, team: Team): Range[] {
  const { from, to } = share(N, team);
  if (from === to) return [];
  if (to - from === N) return [{ from: 0, to: T * N }];
  return Array.from({ length: T }, (_, t) => ({ from: t * N + from, to: t * N + to }));
}

/** The indices of a barrier's words in their shared array. */
const ARRIVED = 0;
const ROUND = 1;
const BROKEN = 2;
export const BARRIER_WORDS = 3;

/** Checks of the round before a thread goes to sleep; the phases of a small model are as short as that. */
const SPINS = 4000;

/** Thrown in waiting threads when another thread has failed. */
export class BrokenBarrier extends Error {
  constructor() {
    super('another worker failed');
    this.name = 'BrokenBarrier';
  }
}

/** A barrier for `size` threads over shared words, initially zero. */
export class Barrier {
  constructor(
    private readonly words: Int32Array,
    private readonly size: number,
  ) {}

  /** Returns once `size` threads have called it; throws `BrokenBarrier` if one never will. */
  wait(): void {
    const { words } = this;
    // The round is read before checking for a break: a break after that check changes the round.
    const round = Atomics.load(words, ROUND);
    this.assertWhole();
    if (Atomics.add(words, ARRIVED, 1) === this.size - 1) {
      Atomics.store(words, ARRIVED, 0);
      this.release();
    } else {
      for (let i = 0; i < SPINS && Atomics.load(words, ROUND) === round; i++);
      while (Atomics.load(words, ROUND) === round) Atomics.wait(words, ROUND, round);
    }
    this.assertWhole();
  }

  /** Makes all waiting threads, now or later, fail instead of waiting forever. */
  break(): void {
    Atomics.store(this.words, BROKEN, 1);
    this.release();
  }

  private assertWhole(): void {
    if (Atomics.load(this.words, BROKEN) !== 0) throw new BrokenBarrier();
  }

  private release(): void {
    Atomics.add(this.words, ROUND, 1);
    Atomics.notify(this.words, ROUND);
  }
}
