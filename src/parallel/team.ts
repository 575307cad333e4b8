import type { Kernels, Range, Tensor } from '../kernels/kernels.js';

/**
 * Workers that run one program together (single program, multiple data): each knows its rank and computes its share of
 * every phase; `barrier` returns once all have called it.
 */
export interface Team {
  /** 0 … size − 1 */
  readonly rank: number;
  readonly size: number;
  barrier(): void;
}

/**
 * The processes that compute one thing together, perhaps on several machines, each with a team of its own. Every worker
 * of every team calls the same methods in the same order.
 */
export interface Ranks extends Place {
  /** Returns the sum of a number of each rank, in the order of the ranks. All workers of a rank give the same number. */
  total(value: number): number;
  /**
   * x becomes the sum of all ranks' x, element by element in the order of the ranks: the same bits everywhere.
   * @param inbox (size, part), a part of x for each rank
   */
  sum(w: Worker, x: Tensor, inbox: Tensor): void;
}

/** One of several: 0 … size − 1. */
export interface Place {
  readonly rank: number;
  readonly size: number;
}

/** The numbers of a rank's streams: every so-many-th, so that long examples and short ones are shared out alike. */
export const streamsOf = (all: number, { rank, size }: Place): number[] =>
  Array.from({ length: Math.ceil((all - rank) / size) }, (_, i) => rank + i * size);

/** A single process. */
export const oneRank: Ranks = { rank: 0, size: 1, total: (value) => value, sum: () => {} };

/** A working member of a team, with its kernels and its own scratch memory. */
export interface Worker extends Team {
  readonly kernels: Kernels;
  readonly scratch: Tensor;
  readonly ranks: Ranks;
}

/** A team of one. */
export const alone: Team = { rank: 0, size: 1, barrier: () => {} };

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
