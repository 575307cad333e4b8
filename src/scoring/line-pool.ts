import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { Workers } from '../parallel/workers.js';
import type { BatchShape } from '../text/streams.js';
import type { DynamicOptions } from './dynamic.js';
import { LINE_BATCH, LONG_LINE_BATCH, STREAM_BATCH } from './line-scorer.js';
import type { LineScores, PackedLines, Reading, ScoringData, ScoringProcedures } from './scoring-worker.js';

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
