import type { End } from './ending.js';

/** A part of a text, in the order in which it is to be written. An empty one only says that work goes on. */
export interface Piece {
  /** The seed of the text; undefined where nothing is drawn. */
  readonly seed?: number | undefined;
  readonly text: string;
  /** Of each character of `text`, where that is wanted, the probability that the model itself gives it. */
  readonly probabilities: readonly number[];
  /** Why the text ends here, if it does. */
  readonly end?: End | undefined;
}

/** Pieces of one text behind the other; from other threads they have to be waited for. */
export type Pieces = Iterable<Piece> | AsyncIterable<Piece>;

/** Work goes on; whoever waits may look after other things. */
export const nothingYet: Piece = { text: '', probabilities: [] };

/** Whole texts from pieces: each as one piece, and empty ones while it is not there. */
export async function* wholeTexts(pieces: Pieces): AsyncGenerator<Piece> {
  let text = '';
  let probabilities: number[] = [];
  for await (const piece of pieces) {
    text += piece.text;
    for (const probability of piece.probabilities) probabilities.push(probability);
    if (piece.end === undefined) {
      yield nothingYet;
      continue;
    }
    yield { ...piece, text, probabilities };
    text = '';
    probabilities = [];
  }
}
