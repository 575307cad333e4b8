// A worker that draws texts, for a short while whenever it is asked to go on.

import { parentPort, workerData } from 'node:worker_threads';
import { CharrnnError } from '../errors.js';
import { backendsByName } from '../kernels/backend.js';
import type { Piece } from './chunk.js';
import type { DrawingReport, DrawingSettings } from './parallel-sample.js';
import { drawPieces } from './sample.js';

/** Milliseconds: smooth to the eye, and long beside the way of a message. */
const WHILE = 20;

const { checkpoint, backend, options } = workerData as DrawingSettings;
const drawn = drawPieces(checkpoint, { ...options, backend: backendsByName[backend] });

/** What is drawn in a while, the pieces of one text as one. */
function goOn(): DrawingReport {
  const pieces: Piece[] = [];
  const until = performance.now() + WHILE;
  let isDone = false;
  do {
    const next = drawn.next();
    if (next.done) isDone = true;
    else if (pieces.at(-1)?.end === undefined) pieces.push(joined(pieces.pop(), next.value));
    else pieces.push(next.value);
  } while (!isDone && performance.now() < until);
  return { type: 'drawn', pieces, isDone };
}

const joined = (before: Piece | undefined, piece: Piece): Piece => {
  if (!before) return piece;
  const probabilities = [...before.probabilities, ...piece.probabilities];
  return { ...piece, text: before.text + piece.text, probabilities };
};

const report = (message: DrawingReport): void => parentPort?.postMessage(message);

parentPort?.on('message', () => {
  try {
    report(goOn());
  } catch (error) {
    const { message, exitCode } = error instanceof CharrnnError ? error : { message: String(error) };
    report({ type: 'failed', message, exitCode });
  }
});
