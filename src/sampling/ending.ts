// When a text ends. What may be the beginning of a stop text is held back until it is known whether it is one.

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
