import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options/training-options.js';
import type { Piece } from './chunk.js';
import { type DrawOptions, type SampleOptions, samplePieces, selected } from './sample.js';

/** Characters that a worker may be ahead of what is taken. */
const AHEAD = 2 ** 18;

/**
 * Draws texts in several threads, text k in thread k modulo their number, and gives their pieces in the order of the
 * texts: the same ones as from one thread.
 */
export async function* drawInThreads(
  checkpoint: Checkpoint,
  options: Omit<DrawOptions, 'backend'>,
  { threads, backend }: { readonly threads: number; readonly backend: BackendName },
): AsyncGenerator<Piece> {
  const { count = 1, seed } = options;
  const shared = shareable(checkpoint);
  const drawers = Array.from({ length: threads }, (_, rank) => {
    const own = { ...options, seed: seed + rank, stride: threads, count: Math.ceil((count - rank) / threads) };
    return new Drawer({ checkpoint: shared, backend, options: own });
  });
  try {
    for (let k = 0; k < count; k++) {
      let piece: Piece;
      do {
        piece = await drawers[k % threads].next();
        yield piece;
      } while (piece.end === undefined);
    }
  } finally {
    await Promise.all(drawers.map((drawer) => drawer.close()));
  }
}

/** A worker, and what it has drawn so far. */
class Drawer {
  private readonly worker: Worker;
  private pieces: Piece[] = [];
  /** Whether it is at work, or has nothing more to do. */
  private isBusy = false;
  private error: Error | undefined;
  private wake = (): void => {};

  constructor(workerData: DrawingSettings) {
    this.worker = new Worker(new URL('./sampling-worker.js', import.meta.url), { workerData });
    this.worker.on('message', (report: DrawingReport) => this.onReport(report));
    this.worker.on('error', (error) => this.fail(error as Error));
    this.worker.on('exit', () => this.fail(new Error('a worker ended')));
    this.ask();
  }

  /** The next piece, as soon as it is there. */
  async next(): Promise<Piece> {
    for (;;) {
      const piece = this.pieces.shift();
      this.ask();
      if (piece) return piece;
      if (this.error) throw this.error;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  /** Lets the worker go on, unless it does or is far ahead. */
  private ask(): void {
    if (this.isBusy || this.pieces.reduce((sum, { text }) => sum + text.length, 0) > AHEAD) return;
    this.isBusy = true;
    this.worker.postMessage('go on');
  }

  private onReport(report: DrawingReport): void {
    if (report.type === 'failed') {
      const { message, exitCode } = report;
      this.fail(exitCode === undefined ? new Error(message) : new CharrnnError(message, exitCode));
      return;
    }
    this.isBusy = report.isDone;
    this.pieces.push(...report.pieces);
    this.ask();
    this.wake();
  }

  private fail(error: Error): void {
    this.error ??= error;
    this.wake();
  }
}

/** What a worker needs of a checkpoint, its weights in memory that all share. */
function shareable({ model, vocabulary, parameters }: Checkpoint): Checkpoint {
  const weights = parameters.map(({ name, shape, values }) => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * values.length));
    shared.set(values);
    return { name, shape, values: shared };
  });
  return { model, vocabulary, parameters: weights };
}

/** What a worker that draws texts is given at its start. It then draws for a while whenever it gets a message. */
export interface DrawingSettings {
  readonly checkpoint: Checkpoint;
  readonly backend: BackendName;
  readonly options: Omit<DrawOptions, 'backend'>;
}

/** What came of it. */
export type DrawingReport =
  | { readonly type: 'drawn'; readonly pieces: readonly Piece[]; readonly isDone: boolean }
  | { readonly type: 'failed'; readonly message: string; readonly exitCode: 1 | 2 | undefined };

/** Texts for which a thread of its own is worth its start. */
const TEXTS_OF_A_THREAD = 16;

interface Request extends Omit<SampleOptions, 'backend'> {
  readonly count: number;
  readonly backend: BackendName;
  readonly threads: number | undefined;
}

/** The pieces of the texts that are wanted; many texts are shared out among threads. */
export async function piecesOf(checkpoint: Checkpoint, request: Request): Promise<AsyncGenerator<Piece>> {
  const { backend, threads: most = availableParallelism(), ...options } = request;
  const threads = Math.min(most, Math.floor(options.count / TEXTS_OF_A_THREAD));
  if (threads < 2 || options.beam !== undefined) {
    return samplePieces(checkpoint, { ...options, backend: backendsByName[backend] });
  }
  const { drawInThreads } = await import('./parallel-sample.js');
  // What cannot be sent to a thread is needed here alone, to choose among the texts.
  const { onNotice, unique, novel, ...drawing } = options;
  const count = unique || novel ? Number.POSITIVE_INFINITY : options.count;
  return selected(drawInThreads(checkpoint, { ...drawing, count }, { threads, backend }), options);
}
