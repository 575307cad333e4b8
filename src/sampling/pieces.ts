const LINE_FEED = '\n';

/** Why a text ended. */
export type End = 'length' | 'lines' | 'stop';

/** What ends a text, whichever comes first. */
export interface Ending {
  /** Maximum number of characters. */
  readonly length: number;
  /** Number of complete lines. */
  readonly lines?: number | undefined;
  /** The text ends before the first of these that is complete; none is empty. */
  readonly stop?: readonly string[] | undefined;
  /** Whether the text includes the stop text. */
  readonly keepStop?: boolean | undefined;
}

/** A character of a text, and the model's own probability of it, if requested. */
export interface Character {
  readonly text: string;
  readonly probability: number;
}

const noCharacters: readonly Character[] = [];

/** The progress of a text towards its end. */
export class Progress {
  /** Characters drawn, including the stop text and characters held back. */
  length = 0;
  /** Why the text ended, if it did. */
  end: End | undefined;
  private lines = 0;
  private held: readonly Character[] = noCharacters;

  constructor(private readonly ending: Ending) {
    if (ending.length === 0) this.end = 'length';
  }

  /** Returns a copy that can continue differently. */
  copy(): Progress {
    return Object.assign(new Progress(this.ending), this);
  }

  /** Adds the next character. @returns the characters that now definitely belong to the text, in order */
  add(character: Character): readonly Character[] {
    const { ending } = this;
    this.length++;
    if (character.text === LINE_FEED) this.lines++;
    const all = ending.stop?.length ? [...this.held, character] : [character];
    const text = ending.stop?.length ? textOf(all) : '';
    const stop = longest(ending.stop, (stop) => text.endsWith(stop));
    if (stop) this.end = 'stop';
    else if (ending.lines !== undefined && this.lines >= ending.lines) this.end = 'lines';
    else if (this.length >= ending.length) this.end = 'length';
    if (stop) return ending.keepStop ? all : all.slice(0, all.length - [...stop].length);
    if (this.end) return all;
    const count = ending.stop?.length ? all.length - this.possibleStop(all) : all.length;
    this.held = count < all.length ? all.slice(count) : noCharacters;
    return count < all.length ? all.slice(0, count) : all;
  }

  /** Returns how many of the last characters may be the beginning of a stop text. */
  private possibleStop(all: readonly Character[]): number {
    for (let from = 0; from < all.length; from++) {
      const text = textOf(all.slice(from));
      if (this.ending.stop?.some((stop) => stop.startsWith(text))) return all.length - from;
    }
    return 0;
  }
}

export const textOf = (characters: readonly Character[]): string => characters.map(({ text }) => text).join('');

/** The longest text that matches. */
function longest(texts: readonly string[] | undefined, matches: (text: string) => boolean): string | undefined {
  return texts?.filter(matches).sort((a, b) => b.length - a.length)[0];
}

/** A part of a text, in output order. An empty piece only signals that work continues. */
export interface Piece {
  /** The seed of the text; undefined when nothing is drawn at random. */
  readonly seed?: number | undefined;
  /** What the text began from, if anything: a label, or the number of a vector from 1. */
  readonly given?: string | number | undefined;
  readonly text: string;
  /** The model's own probability of each character of `text`, if requested. */
  readonly probabilities: readonly number[];
  /** Why the text ends with this piece, if it does. */
  readonly end?: End | undefined;
}

/** The pieces of one text after the other; asynchronous when they come from other threads. */
export type Pieces = Iterable<Piece> | AsyncIterable<Piece>;

/** Signals that work continues, so that the caller can do other things. */
export const nothingYet: Piece = { text: '', probabilities: [] };

/** Joins pieces into whole texts: yields each text as one piece, and empty pieces until it is complete. */
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
