import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { Message } from '../errors.js';
import { backendsByName } from '../kernels/backend.js';
import { LN2 } from '../mathematics.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { inOrder, Workers } from '../parallel/workers.js';
import { type LineBlock, linesOf } from '../text/lines.js';
import { findSources } from '../text/sources.js';
import type { BatchShape } from '../text/streams.js';
import type { DynamicOptions } from './dynamic.js';
import { LINE_BATCH, LONG_LINE_BATCH, STREAM_BATCH } from './line-scorer.js';
import type { LineScores, PackedLines, Reading, ScoringData, ScoringProcedures } from './scoring-worker.js';

/** What a line costs one model. */
export interface LineScore {
  readonly bits: number;
  /** Characters that were counted: those of the line, and its end. */
  readonly counted: number;
  /** Characters that the model does not know. */
  readonly unknown: number;
  /** Bits of each character, and of the end, where that was asked for; NaN for what nothing predicts. */
  readonly details: Float64Array | undefined;
}

export interface ScoredLine {
  readonly source: string;
  /** From 1, in its source. */
  readonly number: number;
  /** The line as it was read, without its line feed. */
  readonly bytes: Uint8Array;
  /** By each model, in their order. */
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
  readonly onNotice: (message: Message) => void;
}

/** Bits per character; 0 where nothing was counted. */
export const rateOf = ({ bits, counted }: LineScore): number => (counted === 0 ? 0 : bits / counted);

/** The place of the model to which a line is the least surprising, the first of equals. */
export function bestOf(scores: readonly LineScore[]): number {
  let best = 0;
  scores.forEach(({ bits }, i) => {
    if (bits < scores[best].bits) best = i;
  });
  return best;
}

/**
 * What every line of some texts costs, in their order, blocks of lines at a time. What is in memory does not grow with
 * the texts. @throws CharrnnError
 */
export async function* score(request: ScoreRequest): AsyncGenerator<ScoredLine[]> {
  const { checkpoints, files, encoding, stdin, onNotice } = request;
  const sources = await findSources(files, { encoding, stdin, onNotice, isReadOnce: true });
  const pools: LinePool[] = [];
  try {
    for (const checkpoint of checkpoints) pools.push(new LinePool({ ...request, checkpoint }));
    const work = async (block: LineBlock): Promise<ScoredLine[]> => {
      const packed = pack(block);
      return scoredLines(block, await Promise.all(pools.map((pool) => pool.score(packed))));
    };
    yield* inOrder(linesOf(sources), work, pools[0].room);
  } finally {
    await Promise.all(pools.map((pool) => pool.close()));
  }
}

function pack({ lines, isTerminated }: LineBlock): PackedLines {
  let end = 0;
  const ends = Int32Array.from(lines, ({ length }) => {
    end += length;
    return end;
  });
  return { bytes: Buffer.concat(lines), ends, isTerminated };
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

/** The items with the highest values of all that were added, in no more memory than twice their number needs. */
export class Highest<T> {
  private items: { readonly item: T; readonly value: number }[] = [];

  /** @param limit how many are kept; infinity for all */
  constructor(private readonly limit: number) {}

  add(item: T, value: number): void {
    this.items.push({ item, value });
    if (this.items.length > 2 * this.limit) this.cut();
  }

  /** From the highest down; equals in the order in which they came. */
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
  /** How the model goes on learning, if it does; one text then. */
  readonly dynamic: DynamicOptions | undefined;
  /** The cores available if not given; a text that goes on over its lines has one reader. */
  readonly threads: number | undefined;
  readonly backend: BackendName;
  /** Whether the nats of each character are wanted. */
  readonly isDetailed: boolean;
}

/** Workers that score blocks of lines, each with a model of its own. */
export class LinePool {
  /** Blocks that keep all workers busy. */
  readonly room: number;
  private readonly workers: Workers<ScoringProcedures>;

  constructor(settings: PoolSettings) {
    const { checkpoint, encoding, backend, isDetailed, context, dynamic, threads = availableParallelism() } = settings;
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

  /** What a block of lines costs. One text must be given in its order. */
  score(lines: PackedLines): Promise<LineScores> {
    return this.workers.any('score', lines);
  }

  /** Ends the workers. */
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

/** A checkpoint that can be sent to another thread: its arrays may be decoded when they are asked for. */
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
