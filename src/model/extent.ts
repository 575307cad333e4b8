import type { Range } from '../kernels/kernels.js';
import { ownSequence, share, type Team } from '../parallel/team.js';

/** The examples of a batch, in the order of its streams. Lengths are in steps and descending. */
export interface BatchFit {
  readonly lengths: readonly number[];
  /** Of the sources, which an encoder reads in an order of their own. */
  readonly sourceLengths?: readonly number[];
  /** The stream in which the encoder reads the source of stream n. */
  readonly sourceStreams?: readonly number[];
  /** The numbers of the streams among those of all processes, for random numbers, and of those of the encoder. */
  readonly numbers?: readonly number[] | undefined;
  readonly sourceNumbers?: readonly number[] | undefined;
  /** A factor for the loss of each stream. */
  readonly factors?: readonly number[] | undefined;
}

/** Which streams of all processes these are. */
export interface StreamNumbers {
  /** Streams of all processes. */
  readonly all: number;
  /** The number of each stream among them; undefined if it is the same. */
  readonly numbers: readonly number[] | undefined;
}

/**
 * The rows that a batch fills in arrays of T steps and N streams (T·N, ·): at step t the first `counts[t]` streams. The
 * streams of a text always fill all of them. Examples of uneven length stand in the order of their length, the longest
 * first, so that the shorter ones leave no gaps between rows; what they leave at the end is never computed.
 */
export class Extent {
  /** Streams at each step; as many numbers as there are steps. */
  private counts: readonly number[];
  /** Steps of each stream. */
  private lengths: readonly number[];
  private readonly own: Range;
  private full: readonly Range[] | undefined;
  private isFull = true;

  constructor(
    private readonly T: number,
    readonly N: number,
    private readonly team: Team,
    private streamNumbers: StreamNumbers,
  ) {
    this.counts = new Array<number>(T).fill(N);
    this.lengths = new Array<number>(N).fill(T);
    this.own = share(N, team);
  }

  get numbers(): StreamNumbers {
    return this.streamNumbers;
  }

  /** Makes room for examples of these lengths, at most N, descending, at most T each. */
  fit(lengths: readonly number[], numbers: readonly number[] | undefined): void {
    const { T, N } = this;
    const most = lengths[0] ?? 0;
    if (lengths.length > N || most > T) throw new RangeError(`${lengths.length}×${most} in ${N}×${T}`);
    let active = lengths.length;
    this.lengths = lengths;
    this.streamNumbers = { ...this.streamNumbers, numbers };
    this.counts = Array.from({ length: most }, (_, t) => {
      while (active > 0 && lengths[active - 1] <= t) active--;
      return active;
    });
    this.isFull = most === T && lengths.length === N && lengths[N - 1] === T;
  }

  get steps(): number {
    return this.counts.length;
  }

  /** Rows that any stream fills, and the gaps between them. */
  get rows(): number {
    return this.counts.length * this.N;
  }

  /** This worker's rows, as ranges in time order. */
  ranges(): readonly Range[] {
    this.full ??= ownSequence(this.T, this.N, this.team);
    if (this.isFull) return this.full;
    return this.counts.map((_, t) => this.rangeAt(t)).filter(({ from, to }) => from < to);
  }

  /** This worker's rows that the batch leaves empty in the steps that it has. */
  gaps(): readonly Range[] {
    if (this.isFull) return [];
    const { from, to } = this.own;
    return this.counts
      .map((count, t) => ({ from: t * this.N + Math.max(from, count), to: t * this.N + to }))
      .filter((range) => range.from < range.to);
  }

  /** This worker's streams at step t. */
  countAt(t: number): number {
    const { from, to } = this.own;
    return Math.max(0, Math.min(to, this.counts[t]) - from);
  }

  private rangeAt(t: number): Range {
    const from = t * this.N + this.own.from;
    return { from, to: from + this.countAt(t) };
  }

  /** This worker's streams that have at least one step. */
  streams(): Range {
    const { from, to } = this.own;
    return { from, to: Math.max(from, Math.min(to, this.lengths.length)) };
  }

  /** The row of a stream's last step. */
  lastRow(n: number): number {
    return (this.lengths[n] - 1) * this.N + n;
  }
}
