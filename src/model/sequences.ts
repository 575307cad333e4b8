// What the streams of a batch read, one step after another: the symbols of a text, or the vectors of a film.

import type { Kernels, Tensor } from '../kernels/kernels.js';
import { rows } from '../kernels/plan.js';

/** The symbols of a text (length), or the vectors of a film (length · F). */
export type Sequence = Int32Array | Float32Array;

/**
 * Writes symbols (T·N) of texts, one text for each stream.
 * @param at the symbol that a text has at step t
 */
export function writeSymbols(
  out: Tensor,
  kernels: Kernels,
  N: number,
  texts: readonly ArrayLike<number>[],
  at: (text: ArrayLike<number>, t: number) => number = (text, t) => text[t],
): void {
  const steps = texts.reduce((most, { length }) => Math.max(most, length), 0);
  const symbols = new Int32Array(steps * N);
  texts.forEach((text, n) => {
    for (let t = 0; t < text.length; t++) symbols[t * N + n] = at(text, t);
  });
  kernels.writeIndices({ ...out, shape: [symbols.length], size: symbols.length }, symbols);
}

/** Writes vectors (T·N, F) of films, one film (frames · F) for each stream. */
export function writeVectors(
  out: Tensor,
  kernels: Kernels,
  N: number,
  films: readonly Float32Array[],
  isReversed = false,
): void {
  const [, F] = out.shape;
  const steps = films.reduce((most, { length }) => Math.max(most, length / F), 0);
  const vectors = new Float32Array(steps * N * F);
  films.forEach((film, n) => {
    const length = film.length / F;
    for (let t = 0; t < length; t++) {
      const row = isReversed ? length - 1 - t : t;
      vectors.set(film.subarray(row * F, (row + 1) * F), (t * N + n) * F);
    }
  });
  kernels.write(rows(out, 0, steps * N), vectors);
}

/** Writes sequences of one kind into the inputs of a network that reads that kind. */
export function writeSequences(out: Tensor, kernels: Kernels, N: number, sequences: readonly Sequence[]): void {
  const films = sequences.filter((sequence) => sequence instanceof Float32Array);
  if (films.length > 0) writeVectors(out, kernels, N, films);
  else writeSymbols(out, kernels, N, sequences);
}
