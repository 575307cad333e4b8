import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { Message } from '../errors.js';
import { LN2 } from '../mathematics.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { inOrder } from '../parallel/in-order.js';
import { type LineBlock, linesOf } from '../text/lines.js';
import { findSources } from '../text/sources.js';
import type { DynamicOptions } from './dynamic.js';
import { LinePool } from './line-pool.js';
import type { LineScores, PackedLines } from './scoring-worker.js';

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
