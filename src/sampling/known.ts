import { CharrnnError } from '../errors.js';
import { formatCharacter, formatCount } from '../format.js';
import type { Vocabulary } from '../text/vocabulary.js';

/**
 * What becomes of a character that a model does not know: an error, unless the model has a symbol for the unknown; it is
 * not read; or another one is read in its place.
 */
export type Unknown = 'error' | 'skip' | { readonly replace: string };

/** @throws CharrnnError usage, unless the text is `error`, `skip`, or `replace=` and one character */
export function unknownOf(text: string): Unknown {
  if (text === 'error' || text === 'skip') return text;
  const replace = text.startsWith('replace=') ? text.slice('replace='.length) : '';
  if ([...replace].length === 1) return { replace };
  throw new CharrnnError(`--unknown ${text}: must be error, skip, or replace= and one character, as replace=?`, 2);
}

/**
 * The symbols of a text one after the other, so that a long text needs no more memory than it has.
 * @param subject what the text is, for the message
 * @throws CharrnnError (exit code 2) at a character that is not known
 */
export function* symbolsOf(
  text: string,
  vocabulary: Vocabulary,
  unknown: Unknown = 'error',
  subject = 'prime',
): Generator<number> {
  const instead = typeof unknown === 'object' ? vocabulary.encode(unknown.replace, '--unknown')[0] : undefined;
  let position = 0;
  for (const character of text) {
    position++;
    const codePoint = character.codePointAt(0) ?? 0;
    const symbol = vocabulary.indexOf(codePoint);
    if (symbol >= 0) yield symbol;
    else if (instead !== undefined) yield instead;
    else if (unknown === 'skip') continue;
    else if (vocabulary.unknown) yield 0;
    else throw notKnown(subject, position, codePoint, vocabulary.size);
  }
}

function notKnown(subject: string, position: number, codePoint: number, symbols: number): CharrnnError {
  const where = `character ${formatCount(position)}, ${formatCharacter(codePoint)}`;
  const remedy = subject === 'prime' ? 'leave it out, or give --unknown skip' : 'leave it out';
  return new CharrnnError(
    `${subject}: ${where}, is not among the ${formatCount(symbols)} that the model knows; ${remedy}`,
    2,
  );
}
