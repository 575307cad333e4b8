// A worker that draws texts, for a short while whenever it is asked to go on.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { BackendName } from '../options/training-options.js';
import { serve } from '../parallel/worker-program.js';
import type { Piece } from './pieces.js';
import { type DrawOptions, drawPieces } from './sample.js';

/** Milliseconds: smooth to the eye, and long beside the way of a message. */
const WHILE = 20;

export interface SamplingData {
  readonly checkpoint: Checkpoint;
  readonly backend: BackendName;
  readonly options: Omit<DrawOptions, 'backend'>;
}

/** What was drawn in a while, and whether there is nothing more to draw. */
export interface Drawn {
  readonly pieces: readonly Piece[];
  readonly isDone: boolean;
}

export type SamplingProcedures = ReturnType<typeof samplingProgram>;

function samplingProgram({ checkpoint, backend, options }: SamplingData) {
  const drawn = drawPieces(checkpoint, { ...options, backend: backendsByName[backend] });
  return {
    /** Goes on drawing for a while; the pieces of one text become one. */
    draw: (_: null): Drawn => {
      const pieces: Piece[] = [];
      const until = performance.now() + WHILE;
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
