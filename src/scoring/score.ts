import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { deserialize, serialize } from 'node:v8';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CommonError, type Message } from '../errors.js';
import { backendsByName } from '../kernels/backend.js';
import { LN2 } from '../mathematics.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { inOrder, Workers } from '../parallel/workers.js';
import type { World } from '../parallel/world.js';
import { type LineBlock, linesOf, packed } from '../text/lines.js';
import { findSources } from '../text/sources.js';
import type { BatchShape } from '../text/streams.js';
import type { DynamicOptions } from './dynamic.js';
import { LINE_BATCH, LONG_LINE_BATCH, STREAM_BATCH } from './line-scorer.js';
import type { LineScores, LinesToScore, Reading, ScoringData, ScoringProcedures } from './scoring-worker.js';

/** The cost of a line under one model. */
export interface LineScore {
  readonly bits: number;
  /** Number of characters counted: those of the line, and its end. */
  readonly counted: number;
  /** Number of characters that the model does not know. */
  readonly unknown: number;
  /** Bits of each character and of the line end, if requested; NaN for what nothing predicts. */
  readonly details: Float64Array | undefined;
}

export interface ScoredLine {
  readonly source: string;
  /** Line number in the source, from 1. */
  readonly number: number;
  /** The line as it was read, without its line feed. */
  readonly bytes: Uint8Array;
  /** One per model, in the order of the models. */
  readonly scores: readonly LineScore[];
}

export interface ScoreRequest {
  readonly checkpoints: readonly Checkpoint[];
  /** Files, folders, globs or `-`. */
  readonly files: readonly string[];
  readonly context: 'line' | 'stream';
  readonly dynamic: DynamicOptions | undefined;
  readonly encoding: Encoding;
  readonly threads: number | undefined;
  readonly backend: BackendName;
  readonly isDetailed: boolean;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /** The processes that score together: each all checkpoints, but only some of the lines. */
  readonly world?: World | undefined;
  readonly onNotice: (message: Message) => void;
}

/** Returns bits per character; 0 when nothing was counted. */
export const rateOf = ({ bits, counted }: LineScore): number => (counted === 0 ? 0 : bits / counted);

/** Returns the index of the model that a line surprises least; ties go to the first. */
export function bestOf(scores: readonly LineScore[]): number {
  let best = 0;
  scores.forEach(({ bits }, i) => {
    if (bits < scores[best].bits) best = i;
  });
  return best;
}

/**
 * Scores every line of some texts in order, a block of lines at a time. Memory use does not grow with the texts.
 * @throws CharrnnError
 */
export async function* score(request: ScoreRequest): AsyncGenerator<ScoredLine[]> {
  const { checkpoints, files, encoding, stdin, onNotice } = request;
  const sources = await findSources(files, { encoding, stdin, onNotice, isReadOnce: true });
  const pools: LinePool[] = [];
  try {
    for (const checkpoint of checkpoints) pools.push(new LinePool({ ...request, checkpoint }));
    const work = async (block: LineBlock): Promise<ScoredLine[]> => {
      const lines = { ...packed(block.lines), isTerminated: block.isTerminated };
      return scoredLines(block, await Promise.all(pools.map((pool) => pool.score(lines))));
    };
    const { world } = request;
    if (world) yield* sharedOut(linesOf(sources), work, pools[0].room, world);
    else yield* inOrder(linesOf(sources), work, pools[0].room);
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

/**
 * Scores blocks of lines together with other ranks, which read the same lines: in each round a rank scores so many blocks
 * and tells the others.
 */
async function* sharedOut(
  blocks: AsyncIterable<LineBlock>,
  work: (block: LineBlock) => Promise<ScoredLine[]>,
  room: number,
  world: World,
): AsyncGenerator<ScoredLine[]> {
  const iterator = blocks[Symbol.asyncIterator]();
  for (let isOver = false; !isOver; ) {
    const round: LineBlock[] = [];
    while (round.length < room * world.size) {
      const next = await iterator.next();
      isOver = next.done ?? false;
      if (next.done) break;
      round.push(next.value);
    }
    const own = round.filter((_, i) => i % world.size === world.rank);
    const scored = await Promise.all(own.map(work));
    const scores = scored.map((lines) => lines.map((line) => line.scores));
    const told: Scores = { lines: digestOf(round), scores };
    const all = (await world.gather(serialize(told))).map((bytes) => deserialize(bytes) as Scores);
    const other = all.findIndex(({ lines }) => lines !== all[0].lines);
    if (other > 0) throw new CommonError(`${world.nameOf(other)}: has other lines; all ranks need the same text`);
    for (const [i, { source, first, lines }] of round.entries()) {
      const known = all[i % world.size].scores[Math.floor(i / world.size)];
      yield lines.map((bytes, j) => ({ source, number: first + j, bytes, scores: known[j] }));
    }
  }
}

/** What a rank tells of a round: a digest of all its lines, and the scores of those of its blocks. */
interface Scores {
  readonly lines: string;
  readonly scores: readonly (readonly ScoredLine['scores'][])[];
}

function digestOf(blocks: readonly LineBlock[]): string {
  const hash = createHash('sha256');
  for (const { lines } of blocks) for (const line of lines) hash.update(line).update('\n');
  return hash.digest('hex');
}

function scoredLines({ source, first, lines }: LineBlock, all: readonly LineScores[]): ScoredLine[] {
  return lines.map((bytes, i) => ({
    source,
    number: first + i,
    bytes,
    scores: all.map(({ nats, counted, unknown, details }) => ({
      bits: nats[i] / LN2,
      counted: counted[i],
      unknown: unknown[i],
      details: details?.[i].map((value) => value / LN2),
    })),
  }));
}

/** Collects the items with the highest values, and stores at most twice the requested number. */
export class Highest<T> {
  private items: { readonly item: T; readonly value: number }[] = [];

  /** @param limit number of items to keep; infinity for all */
  constructor(private readonly limit: number) {}

  add(item: T, value: number): void {
    this.items.push({ item, value });
    if (this.items.length > 2 * this.limit) this.cut();
  }

  /** Returns the items from the highest value to the lowest; ties in the order in which they were added. */
  sorted(): T[] {
    this.cut();
    return this.items.map(({ item }) => item);
  }

  private cut(): void {
    this.items.sort((a, b) => b.value - a.value);
    if (this.items.length > this.limit) this.items.length = this.limit;
  }
}

export interface PoolSettings {
  readonly checkpoint: Checkpoint;
  readonly encoding: Encoding;
  readonly context: 'line' | 'stream';
  /** How the model learns as it reads, if it does; all lines are then one text. */
  readonly dynamic: DynamicOptions | undefined;
  /** Default: the available cores. A text that continues across lines has one reader. */
  readonly threads: number | undefined;
  readonly backend: BackendName;
  /** Whether to return the nats of each character. */
  readonly isDetailed: boolean;
  /** The processes on this machine share its cores. */
  readonly world?: World | undefined;
}

/** Workers that score blocks of lines, each with its own model. */
export class LinePool {
  /** Number of blocks that keep all workers busy. */
  readonly room: number;
  private readonly workers: Workers<ScoringProcedures>;

  constructor(settings: PoolSettings) {
    const { checkpoint, encoding, backend, isDetailed, context, dynamic, world } = settings;
    const { threads = world?.cores ?? availableParallelism() } = settings;
    const isOneText = context === 'stream' || dynamic !== undefined;
    const size = isOneText ? 1 : threads;
    const { model: shape, vocabulary } = checkpoint;
    const dataOf = (): ScoringData => ({
      ...{ shape, vocabulary, encoding, backend, isDetailed },
      reading: readingOf(settings),
    });
    this.workers = new Workers(new URL('./scoring-worker.js', import.meta.url), size, dataOf);
    this.room = 2 * size;
  }

  /** Scores a block of lines. The blocks of a continuous text must arrive in order. */
  score(lines: LinesToScore): Promise<LineScores> {
    return this.workers.any('score', lines);
  }

  /** Stops the workers. */
  close(): Promise<void> {
    return this.workers.close();
  }
}

function readingOf({ checkpoint, backend, context, dynamic }: PoolSettings): Reading {
  if (dynamic) return { kind: 'dynamic', checkpoint: readable(checkpoint), options: dynamic };
  const { model: shape, parameters } = checkpoint;
  const memory = (batch: BatchShape): WebAssembly.Memory =>
    sharedMemory(layOut({ backend: backendsByName[backend], shape, settings: forReading(batch) }), parameters);
  if (context === 'stream') return { kind: context, memory: memory(STREAM_BATCH) };
  return { kind: context, memory: memory(LINE_BATCH), longLineMemory: memory(LONG_LINE_BATCH) };
}

/** Returns a checkpoint that can be sent to another thread: its arrays, which may be decoded lazily, are plain data. */
function readable(checkpoint: Checkpoint): Checkpoint {
  const { model, vocabulary, parameters, training } = checkpoint;
  const whole = ({ name, shape, values }: Checkpoint['parameters'][number]) => ({ name, shape, values });
  if (!training) return { model, vocabulary, parameters: parameters.map(whole) };
  const { latest: _latest, best: _best, average: _average, moments, ...progress } = training;
  return {
    ...{ model, vocabulary, parameters: parameters.map(whole) },
    training: { ...progress, moments: moments.map(whole), carried: [] },
  };
}
