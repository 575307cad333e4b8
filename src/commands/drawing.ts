import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options.js';
import type { Piece } from '../sampling/piece.js';
import { type SampleOptions, samplePieces, selected } from '../sampling/sample.js';

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
  const { drawInThreads } = await import('../threads/draw.js');
  // What cannot be sent to a thread is needed here alone, to choose among the texts.
  const { onNotice, unique, novel, ...drawing } = options;
  const count = unique || novel ? Number.POSITIVE_INFINITY : options.count;
  return selected(drawInThreads(checkpoint, { ...drawing, count }, { threads, backend }), options);
}
