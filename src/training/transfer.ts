import type { Checkpoint, NamedArray } from '../checkpoint/checkpoint.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { LanguageModel } from '../model/language-model.js';
import { Vocabulary } from '../text/vocabulary.js';

/**
 * Writes the weights of a checkpoint over those of a new model of the same cell, layers and hidden size, whose
 * vocabulary has at least its characters. What belongs to a character follows it: its row of `layer0.Wx` (V,G·H), its
 * column of `decoder.W` (H,V), its bias in `decoder.b` (V). A new character keeps its initial row and column, and has
 * the lowest bias that was trained: it begins as unlikely as the rarest.
 */
export function transfer(checkpoint: Checkpoint, vocabulary: Vocabulary, model: LanguageModel, kernels: Kernels): void {
  const places = placesOf(new Vocabulary(checkpoint.vocabulary), vocabulary);
  for (const array of checkpoint.parameters) {
    const w = model.weights.get(array.name);
    kernels.write(w, array.values.length === w.size ? array.values : spread(array, w, kernels.read(w), places));
  }
}

/** For each symbol of `from`, its index in `to`. */
function placesOf(from: Vocabulary, to: Vocabulary): number[] {
  const characters = from.record.codePoints.map((codePoint) => to.indexOf(codePoint));
  return from.unknown ? [0, ...characters] : characters;
}

/** The initial values of a larger tensor, with those of the smaller one in their new places. */
function spread(from: NamedArray, w: Tensor, initial: ArrayLike<number>, places: readonly number[]): Float32Array {
  const values = Float32Array.from(initial);
  if (from.shape.length === 1) values.fill(from.values.reduce((lowest, bias) => Math.min(lowest, bias)));
  const isByRow = from.name === 'layer0.Wx';
  // A row of Wx moves as a whole; of the decoder, single elements move in rows of V.
  const [rows, columns] = from.shape.length === 1 ? [1, from.shape[0]] : from.shape;
  const width = w.shape.at(-1) ?? 1;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const at = isByRow ? places[r] * width + c : r * width + places[c];
      values[at] = from.values[r * columns + c];
    }
  }
  return values;
}
