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

/** A working member of a team, with its kernels and its own scratch memory. */
export interface Worker extends Team {
  readonly kernels: Kernels;
  readonly scratch: Tensor;
}

/** A team of one. */
export const alone: Team = { rank: 0, size: 1, barrier: () => {} };

/** Returns this worker's part of 0 … count, in whole units; the parts of all workers cover it once, in order. */
export function share(count: number, { rank, size }: Team, unit = 1): Range {
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
