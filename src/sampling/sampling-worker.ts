// A worker that draws texts, for a short time on each request.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options/training-options.js';
import { serve } from '../parallel/worker-program.js';
import type { Piece } from './pieces.js';
import { type Drawn, drawPieces } from './sample.js';

/** Milliseconds of work per request: smooth to the eye, and long compared with the transfer of a message. */
const TIME_SLICE = 20;

export interface SamplingData {
  readonly checkpoint: Checkpoint;
  readonly backend: BackendName;
  readonly options: Omit<Drawn, 'backend'>;
}

/** What was drawn in one time slice, and whether nothing is left to draw. */
export interface DrawnSlice {
  readonly pieces: readonly Piece[];
  readonly isDone: boolean;
}

export type SamplingProcedures = ReturnType<typeof samplingProgram>;

function samplingProgram({ checkpoint, backend, options }: SamplingData) {
  const drawn = drawPieces(checkpoint, { ...options, backend: backendsByName[backend] });
  return {
    /** Draws for one time slice; the pieces of a text are joined. */
    draw: (_: null): DrawnSlice => {
      const pieces: Piece[] = [];
      const until = performance.now() + TIME_SLICE;
      let isDone = false;
      do {
        const next = drawn.next();
        if (next.done) isDone = true;
        else if (pieces.at(-1)?.end === undefined) pieces.push(joined(pieces.pop(), next.value));
        else pieces.push(next.value);
      } while (!isDone && performance.now() < until);
      return { pieces, isDone };
    },
  };
}

const joined = (before: Piece | undefined, piece: Piece): Piece => {
  if (!before) return piece;
  const probabilities = [...before.probabilities, ...piece.probabilities];
  return { ...piece, text: before.text + piece.text, probabilities };
};

serve(samplingProgram);
