import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options/training-options.js';
import { Workers } from '../parallel/workers.js';
import type { Piece } from './pieces.js';
import { type DrawOptions, type SampleOptions, samplePieces, selected } from './sample.js';
import type { Drawn, SamplingData, SamplingProcedures } from './sampling-worker.js';

/** Texts for which a thread of its own is worth its start. */
const TEXTS_OF_A_THREAD = 16;
/** Characters that a worker may be ahead of what is taken. */
const AHEAD = 2 ** 18;

interface Request extends Omit<SampleOptions, 'backend'> {
  readonly count: number;
  readonly backend: BackendName;
  readonly threads: number | undefined;
}

/** The pieces of the texts that are wanted; many texts are shared out among threads. */
export function piecesOf(checkpoint: Checkpoint, request: Request): AsyncGenerator<Piece> {
  const { backend, threads: most = availableParallelism(), ...options } = request;
  const threads = Math.min(most, Math.floor(options.count / TEXTS_OF_A_THREAD));
  if (threads < 2 || options.beam !== undefined) {
    return samplePieces(checkpoint, { ...options, backend: backendsByName[backend] });
  }
  // What cannot be sent to a thread is needed here alone, to choose among the texts.
  const { onNotice, unique, novel, ...drawing } = options;
  const count = unique || novel ? Number.POSITIVE_INFINITY : options.count;
  return selected(drawInThreads(checkpoint, { ...drawing, count }, { threads, backend }), options);
}

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
  const dataOf = (rank: number): SamplingData => {
    const own = { ...options, seed: seed + rank, stride: threads, count: Math.ceil((count - rank) / threads) };
    return { checkpoint: shared, backend, options: own };
  };
  const workers = new Workers<SamplingProcedures>(new URL('./sampling-worker.js', import.meta.url), threads, dataOf);
  const drawers = Array.from({ length: threads }, (_, rank) => new Drawer(() => workers.one(rank, 'draw', null)));
  try {
    for (let k = 0; k < count; k++) {
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

/** What a worker has drawn, and lets it go on unless it is far ahead. */
class Drawer {
  private pieces: Piece[] = [];
  /** Whether it is at work, or has nothing more to do. */
  private isBusy = false;
  private error: Error | undefined;
  private wake = (): void => {};

  constructor(private readonly draw: () => Promise<Drawn>) {
    this.goOn();
  }

  /** The next piece, as soon as it is there. */
  async next(): Promise<Piece> {
    for (;;) {
      const piece = this.pieces.shift();
      this.goOn();
      if (piece) return piece;
      if (this.error) throw this.error;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  private goOn(): void {
    if (this.isBusy || this.pieces.reduce((sum, { text }) => sum + text.length, 0) > AHEAD) return;
    this.isBusy = true;
    this.draw()
      .then(({ pieces, isDone }) => {
        this.isBusy = isDone;
        this.pieces.push(...pieces);
        this.goOn();
      })
      .catch((error: Error) => {
        this.error = error;
      })
      .finally(() => this.wake());
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
