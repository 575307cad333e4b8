// All ranks of a run, as the main thread of each one sees them. The main thread talks to the others while its workers are
// idle: only one thread of a process may do so at a time.

import { availableParallelism, cpus, hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CharrnnError, CommonError, line, type Message } from '../errors.js';
import { koffi } from '../kernels/koffi.js';
import { Exchange, type Letter, others, type Piece } from './exchange.js';
import type { Launch } from './launcher.js';
import { Mpi } from './mpi.js';
import { lostRanks, type RanksStart } from './ranks.js';

/** Milliseconds between two looks for messages. */
const PAUSE = 1;

/** The outcome of some work on one rank, as the others get it. */
type Outcome = { readonly facts: Facts } | { readonly line: Message; readonly exitCode: 1 | 2 };

/** What must be the same on all ranks, by what it is called in a message. */
export type Facts = Readonly<Record<string, string>>;

export class World {
  private constructor(
    private readonly mpi: Mpi,
    /** What the workers of this rank need to join in. */
    readonly start: RanksStart,
    /** Ranks on this machine. */
    readonly local: number,
  ) {}

  /**
   * Joins the other ranks that a launcher has started.
   * @param timeout seconds to wait for another rank
   * @throws CharrnnError when there is no MPI library, or it is not that of the launcher
   */
  static async join(launch: Launch, timeout: number): Promise<World> {
    const mpi = Mpi.load(launch.libraries);
    mpi.start();
    const { rank, size } = placeOf(mpi, launch);
    const desk = new Float64Array(new SharedArrayBuffer(8 * size));
    const base = { rank, size, mpi: mpi.name, timeout, desk };
    const unnamed = new World(mpi, { ...base, hosts: [] }, launch.local);
    const hosts = (await unnamed.gather(Buffer.from(hostname()))).map(String);
    return new World(mpi, { ...base, hosts }, launch.local);
  }

  get rank(): number {
    return this.start.rank;
  }

  get size(): number {
    return this.start.size;
  }

  /** A rank's name in messages. */
  nameOf(rank: number): string {
    return `rank ${rank} (${this.start.hosts[rank]})`;
  }

  /** Processors for each of the ranks on this machine. */
  get cores(): number {
    return Math.max(1, Math.min(availableParallelism(), Math.floor(cpus().length / this.local)));
  }

  /**
   * Does some work on all ranks, and waits for it.
   * @param factsOf what must be the same on all ranks
   * @throws CommonError on every rank if it fails on any, or if the facts differ
   */
  async agree<R>(work: () => Promise<R>, factsOf: (result: R) => Facts): Promise<R> {
    let own: { readonly result: R } | undefined;
    let outcome: Outcome;
    try {
      const result = await work();
      [own, outcome] = [{ result }, { facts: factsOf(result) }];
    } catch (error) {
      if (!(error instanceof CharrnnError)) throw error;
      outcome = { line: error.line, exitCode: error.exitCode };
    }
    const outcomes = (await this.gather(Buffer.from(JSON.stringify(outcome)))).map(
      (bytes) => JSON.parse(String(bytes)) as Outcome,
    );
    const all = outcomes.map((other, rank) => {
      if (!('line' in other)) return other.facts;
      throw new CommonError(rank === 0 ? other.line : line`${this.nameOf(rank)}: ${other.line}`, other.exitCode);
    });
    this.assertSame(all);
    if (!own) throw new RangeError('no result');
    return own.result;
  }

  /** @throws CommonError on every rank if the facts differ */
  async compare(facts: Facts): Promise<void> {
    await this.agree(
      async () => {},
      () => facts,
    );
  }

  /** Returns some bytes of each rank. */
  async gather(own: Uint8Array): Promise<Buffer[]> {
    const lengths = await this.exchange(lengthOf(own), () => 8);
    const sizes = lengths.map((bytes) => Number(bytes.readDoubleLE()));
    return this.exchange(own, (rank) => sizes[rank]);
  }

  /** Makes standard input of every rank what it is for the first one, to which the launcher gives it. */
  async shareStandardInput(): Promise<void> {
    const { Readable } = await import('node:stream');
    const pieces: Uint8Array[] = [];
    if (this.rank === 0) for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
    const [bytes] = await this.gather(Buffer.concat(pieces));
    Object.defineProperty(process, 'stdin', { value: Readable.from([bytes]) });
  }

  /** Ends the common work, once no worker of this rank uses it any more; every rank must do so. */
  leave(): void {
    this.mpi.finish();
  }

  /** Ends all ranks at once, this one included. */
  abort(exitCode: number): void {
    this.mpi.abort(exitCode);
  }

  private assertSame(all: readonly Facts[]): void {
    const [first] = all;
    for (const [rank, facts] of all.entries()) {
      for (const [name, value] of Object.entries(first)) {
        if (facts[name] === value) continue;
        const [its, own] = [facts[name] ?? 'none', value].map(shortened);
        throw new CommonError(
          `${this.nameOf(rank)}: has another ${name} (${its}) than ${this.nameOf(0)} (${own}); all ranks need the same`,
        );
      }
    }
  }

  /** @param bytesOf the bytes that come from a rank */
  private async exchange(own: Uint8Array, bytesOf: (rank: number) => number): Promise<Buffer[]> {
    const { start, mpi } = this;
    const out = steady(own.length);
    out.set(own);
    const room = Array.from({ length: start.size }, (_, rank) => steady(rank === start.rank ? 0 : bytesOf(rank)));
    const letters = others(start).map((rank): Letter => ({ rank, out: pieceOf(out), in: pieceOf(room[rank]) }));
    const exchange = new Exchange(mpi, letters);
    const begun = performance.now();
    while (!exchange.advance()) {
      await sleep(PAUSE);
      if (performance.now() - begun > 1000 * start.timeout) throw lostRanks(exchange.late, start);
    }
    // All of it is used here, so nothing is collected as garbage while it is under way.
    return room.map((bytes, rank) => Buffer.from(rank === start.rank ? out : bytes));
  }
}

function placeOf(mpi: Mpi, launch: Launch): { readonly rank: number; readonly size: number } {
  const place = mpi.place();
  if (place.size === launch.size) return place;
  const fault = `finds ${place.size} of the ${launch.size} ranks that the launcher started`;
  throw new CharrnnError(`${mpi.name}: ${fault}; set CHARRNN_MPI to the path of the launcher's own library`);
}

/** Bytes that do not move. */
const steady = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));

const pieceOf = (bytes: Uint8Array): Piece => ({ address: Number(koffi().address(bytes)), bytes: bytes.length });

function lengthOf({ length }: Uint8Array): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(length);
  return bytes;
}

/** A long value, such as a digest, by its beginning. */
const shortened = (value: string): string => (value.length > 40 ? `${value.slice(0, 12)}…` : value);
