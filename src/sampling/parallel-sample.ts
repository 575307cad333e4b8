import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options/training-options.js';
import { Workers } from '../parallel/workers.js';
import type { Piece } from './pieces.js';
import { type Drawn, drawnFor, type SampleOptions, samplePieces, selected } from './sample.js';
import type { DrawnSlice, SamplingData, SamplingProcedures } from './sampling-worker.js';

/** Texts that justify starting another thread. */
const TEXTS_PER_THREAD = 16;
/** Characters by which a worker may run ahead of its reader. */
const AHEAD = 2 ** 18;

interface Request extends Omit<SampleOptions, 'backend'> {
  readonly count: number;
  readonly backend: BackendName;
  readonly threads: number | undefined;
}

/** Yields the pieces of the requested texts; many texts are divided among threads. */
export function piecesOf(checkpoint: Checkpoint, request: Request): AsyncGenerator<Piece> {
  const { backend, threads: most = availableParallelism(), ...options } = request;
  const { backend: _, ...drawn } = drawnFor(checkpoint, options);
  // Of texts to select from there is no end, but as many are written as were requested.
  const texts = Number.isFinite(drawn.texts) ? drawn.texts : options.count;
  const threads = Math.min(most, Math.floor(texts / TEXTS_PER_THREAD));
  if (threads < 2 || options.beam !== undefined) {
    return samplePieces(checkpoint, { ...options, backend: backendsByName[backend] });
  }
  return selected(drawInThreads(checkpoint, drawn, { threads, backend }), options);
}

/**
 * Draws texts in several threads, text k in thread k modulo the number of threads, and yields their pieces in text
 * order. The texts are the same as from one thread.
 */
export async function* drawInThreads(
  checkpoint: Checkpoint,
  options: Omit<Drawn, 'backend'>,
  { threads, backend }: { readonly threads: number; readonly backend: BackendName },
): AsyncGenerator<Piece> {
  const { count = 1, texts = count, seed } = options;
  backendsByName[backend].share();
  const shared = shareable(checkpoint);
  const dataOf = (rank: number): SamplingData => {
    const part = { first: rank, stride: threads, texts: Math.ceil((texts - rank) / threads) };
    const own = { ...options, ...part, seed: seed + rank };
    return { checkpoint: shared, backend, options: own };
  };
  const workers = new Workers<SamplingProcedures>(new URL('./sampling-worker.js', import.meta.url), threads, dataOf);
  const drawers = Array.from({ length: threads }, (_, rank) => new Drawer(() => workers.one(rank, 'draw', null)));
  try {
    for (let k = 0; k < texts; k++) {
      let piece: Piece;
      do {
        piece = await drawers[k % threads].next();
        yield piece;
      } while (piece.end === undefined);
    }
  } finally {
    await workers.close();
  }
}

/** Buffers what a worker has drawn, and keeps it drawing unless it is far ahead. */
class Drawer {
  private pieces: Piece[] = [];
  /** Whether the worker is drawing, or has nothing left to draw. */
  private isBusy = false;
  private error: Error | undefined;
  private wake = (): void => {};

  constructor(private readonly draw: () => Promise<DrawnSlice>) {
    this.drawMore();
  }

  /** Waits for the next piece. */
  async next(): Promise<Piece> {
    for (;;) {
      const piece = this.pieces.shift();
      this.drawMore();
      if (piece) return piece;
      if (this.error) throw this.error;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private drawMore(): void {
    if (this.isBusy || this.pieces.reduce((sum, { text }) => sum + text.length, 0) > AHEAD) return;
    this.isBusy = true;
    this.draw()
      .then(({ pieces, isDone }) => {
        this.isBusy = isDone;
        this.pieces.push(...pieces);
        this.drawMore();
      })
      .catch((error: Error) => {
        this.error = error;
      })
      .finally(() => this.wake());
  }
}

/** The part of a checkpoint that a worker needs, with its weights in shared memory. */
export function shareable({ model, vocabulary, parameters }: Checkpoint): Checkpoint {
  const weights = parameters.map(({ name, shape, values }) => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * values.length));
    shared.set(values);
    return { name, shape, values: shared };
  });
  return { model, vocabulary, parameters: weights };
}
