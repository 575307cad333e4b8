// What the workers of a rank do together with those of the others. Only the first worker of a rank sends and receives.

import { CharrnnError } from '../errors.js';
import type { Tensor } from '../kernels/kernels.js';
import { baseOf, koffi } from '../kernels/koffi.js';
import { rows } from '../kernels/plan.js';
import { byteOf } from '../kernels/wasm.js';
import { Exchange, type Letter, others } from './exchange.js';
import { Mpi } from './mpi.js';
import { PART_UNIT, type Place, partOf, type Ranks, share, type Team, type Worker } from './team.js';

/** What a worker must know to join in. */
export interface RanksStart extends Place {
  /** The name or path of the MPI library. */
  readonly mpi: string;
  /** The machines of the ranks, for messages. */
  readonly hosts: readonly string[];
  /** Seconds to wait for another rank. */
  readonly timeout: number;
  /** Shared by the workers of a rank: a number of each rank. */
  readonly desk: Float64Array;
}

/** Numbers that a rank tells the others at most at once. */
const MOST = 8;
/** Bytes of a float32. */
const BYTES = 4;
/** Milliseconds for which a rank that waits looks for messages without a pause. */
const EAGER = 5;
/** Milliseconds of a pause after that: there may be more ranks than processors. */
const PAUSE = 0.05;
/** Milliseconds in which the rank that reports another one ends all. */
const LONGER = 10_000;

/** Joins the workers of a rank with those of the others. */
export function ranksOf(start: RanksStart, team: Pick<Team, 'rank'>): Ranks {
  return new MpiRanks(start, team.rank === 0 ? Mpi.load([start.mpi]) : undefined);
}

class MpiRanks implements Ranks {
  readonly rank: number;
  readonly size: number;
  private base = 0;
  /** Own numbers, then a row of numbers for each rank. In memory that does not move. */
  private readonly numbers: Float64Array;
  private readonly numbersAt: number;
  private readonly idle = new Int32Array(new SharedArrayBuffer(4));

  /** @param mpi of the first worker */
  constructor(
    private readonly start: RanksStart,
    private readonly mpi: Mpi | undefined,
  ) {
    this.rank = start.rank;
    this.size = start.size;
    this.numbers = new Float64Array(new SharedArrayBuffer(8 * MOST * (start.size + 1)));
    this.numbersAt = mpi ? Number(koffi().address(this.numbers)) : 0;
  }

  use(memory: WebAssembly.Memory): void {
    if (this.mpi) this.base = baseOf(memory);
  }

  gather(values: readonly number[]): readonly (readonly number[])[] {
    const { numbers, numbersAt, rank } = this;
    const bytes = 8 * values.length;
    numbers.set(values);
    this.exchange(
      others(this).map((other) => ({
        rank: other,
        out: { address: numbersAt, bytes },
        in: { address: numbersAt + 8 * MOST * (other + 1), bytes },
      })),
    );
    return Array.from({ length: this.size }, (_, other) => {
      const at = MOST * (other + 1);
      return other === rank ? values : Array.from(numbers.subarray(at, at + values.length));
    });
  }

  total(w: Team, value: number): number {
    const { desk } = this.start;
    if (w.rank === 0) desk.set(this.gather([value]).map(([number]) => number));
    w.barrier();
    const sum = desk.reduce((total, number) => total + number, 0);
    w.barrier();
    return sum;
  }

  /** Each rank sums its part of x and tells the others (Rabenseifner, 2004): all bytes go once in each direction. */
  sum(w: Worker, x: Tensor, inbox: Tensor): void {
    const { rank, size } = this;
    const part = partOf(x.size, size);
    const own = this.range(rank, x);
    const at = (of: Tensor, element: number): number => this.base + byteOf(of, element);
    const piece = (of: number) => ({ address: at(x, of * part), bytes: BYTES * this.range(of, x).size });
    if (w.rank === 0) {
      this.exchange(
        others(this).map((other) => ({
          rank: other,
          out: piece(other),
          in: { address: at(inbox, other * part), bytes: BYTES * own.size },
        })),
      );
    }
    w.barrier();
    const { from, to } = share(own.size, w, PART_UNIT);
    const sum = slice(x, own.from + from, own.from + to);
    const of = (other: number): Tensor => slice(inbox, other * part + from, other * part + to);
    if (rank > 0) {
      w.kernels.copy(sum, of(rank));
      w.kernels.copy(of(0), sum);
    }
    for (let other = 1; other < size; other++) w.kernels.add(of(other), sum);
    w.barrier();
    if (w.rank === 0) {
      this.exchange(others(this).map((other) => ({ rank: other, out: piece(rank), in: piece(other) })));
    }
    w.barrier();
  }

  /** A rank's part of x. */
  private range(rank: number, { size }: Tensor): { readonly from: number; readonly size: number } {
    const part = partOf(size, this.size);
    const from = Math.min(size, rank * part);
    return { from, size: Math.min(size, from + part) - from };
  }

  private exchange(letters: readonly Letter[]): void {
    const { mpi, idle } = this;
    if (!mpi) throw new RangeError('only the first worker of a rank sends');
    const exchange = new Exchange(mpi, letters);
    const begun = performance.now();
    while (!exchange.advance()) {
      const waited = performance.now() - begun;
      if (waited > EAGER) Atomics.wait(idle, 0, 0, PAUSE);
      if (waited > 1000 * this.start.timeout) throw this.lost(exchange.late);
    }
  }

  private lost(late: readonly number[]): CharrnnError {
    // All that wait find the same; the first of them says it, and ends the others meanwhile.
    let first = 0;
    while (late.includes(first)) first++;
    if (this.rank !== first) Atomics.wait(this.idle, 0, 0, LONGER);
    return lostRanks(late, this.start);
  }
}

/** The error of a rank that others have waited for too long. */
export function lostRanks(
  late: readonly number[],
  { hosts, timeout }: Pick<RanksStart, 'hosts' | 'timeout'>,
): CharrnnError {
  const names = late.map((rank) => `rank ${rank} (${hosts[rank]})`).join(', ');
  return new CharrnnError(`no answer from ${names} for ${timeout} seconds; the run ends, its last checkpoint is whole`);
}

/** Elements `from` … `to` of a tensor, whatever its shape. */
function slice(x: Tensor, from: number, to: number): Tensor {
  return rows({ ...x, shape: [x.size] }, from, to);
}
