import { formatCount } from '../format.js';
import { nothingYet, type Piece, type Pieces, wholeTexts } from './chunk.js';

/** Texts in a row that may be refused before the search is given up. */
const MOST_REFUSED = 1000;

export interface Selection {
  /** Texts that are wanted, 1 if not given. */
  readonly count?: number | undefined;
  /** Whether a text may come but once. */
  readonly unique?: boolean | undefined;
  /** Whether a text, the prime before it, is new. */
  readonly novel?: ((text: string) => boolean) | undefined;
}

/**
 * Of the texts in some pieces those that are wanted, each whole. Gives up, with a notice, when a thousand in a row were
 * refused.
 */
export async function* select(
  pieces: Pieces,
  prime: string,
  { count = 1, unique = false, novel = () => true }: Selection,
  onNotice: (message: string) => void = () => {},
): AsyncGenerator<Piece> {
  const seen = new Set<string>();
  let found = 0;
  let attempts = 0;
  let refused = 0;
  for await (const piece of wholeTexts(pieces)) {
    if (piece.end === undefined) {
      yield nothingYet;
      continue;
    }
    attempts++;
    if ((unique && seen.has(piece.text)) || !novel(prime + piece.text)) {
      if (++refused === MOST_REFUSED) {
        const numbers = `${formatCount(found)} of ${formatCount(count)} texts`;
        onNotice(
          `${numbers} found in ${formatCount(attempts)} attempts, none in the last ${formatCount(MOST_REFUSED)}`,
        );
        return;
      }
      yield nothingYet;
      continue;
    }
    if (unique) seen.add(piece.text);
    refused = 0;
    yield piece;
    if (++found === count) return;
  }
}

/**
 * Whether a text is new beside another one: a text of one line if that has no such line, a longer one if it does not stand
 * in it anywhere; blanks around either are of no account. Nothing but blanks is never new.
 */
export function noveltyOf(corpus: string): (text: string) => boolean {
  const lines = new Set(corpus.split(/\r\n|\r|\n/).map((line) => line.trim()));
  return (text) => {
    const own = text.trim();
    if (own === '') return false;
    return /[\r\n]/.test(own) ? !corpus.includes(own) : !lines.has(own);
  };
}
