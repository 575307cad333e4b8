const LINE_FEED = '\n';

/** Why a text has ended. */
export type End = 'length' | 'lines' | 'stop';

/** What ends a text, whichever comes first. */
export interface Ending {
  /** Characters at most. */
  readonly length: number;
  /** Lines that are to be complete. */
  readonly lines?: number | undefined;
  /** The text ends in front of the first of these that is complete; none of them is empty. */
  readonly stop?: readonly string[] | undefined;
  /** Whether the stop text belongs to the text. */
  readonly keepStop?: boolean | undefined;
}

/** A character of a text, and the model's own probability of it, if it is wanted. */
export interface Character {
  readonly text: string;
  readonly probability: number;
}

const noCharacters: readonly Character[] = [];

/** How far a text is. */
export class Progress {
  /** Characters drawn, the stop text and what is held back among them. */
  length = 0;
  /** Why the text has ended, if it has. */
  end: End | undefined;
  private lines = 0;
  private held: readonly Character[] = noCharacters;

  constructor(private readonly ending: Ending) {
    if (ending.length === 0) this.end = 'length';
  }

  /** The same, to go on in another way. */
  copy(): Progress {
    return Object.assign(new Progress(this.ending), this);
  }

  /** Takes the next character. @returns those that are now known to belong to the text, in order */
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
    const count = ending.stop?.length ? all.length - this.begun(all) : all.length;
    this.held = count < all.length ? all.slice(count) : noCharacters;
    return count < all.length ? all.slice(0, count) : all;
  }

  /** How many of the last characters may be the beginning of a stop text. */
  private begun(all: readonly Character[]): number {
    for (let from = 0; from < all.length; from++) {
      const text = textOf(all.slice(from));
      if (this.ending.stop?.some((stop) => stop.startsWith(text))) return all.length - from;
    }
    return 0;
  }
}

export const textOf = (characters: readonly Character[]): string => characters.map(({ text }) => text).join('');

/** The longest text for which something is so. */
function longest(texts: readonly string[] | undefined, isSo: (text: string) => boolean): string | undefined {
  return texts?.filter(isSo).sort((a, b) => b.length - a.length)[0];
}

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
