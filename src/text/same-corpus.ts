import { CharrnnError } from '../errors.js';
import { formatCount } from '../format.js';
import type { Corpus } from './corpus.js';
import { someOf } from './faults.js';

/**
 * @param args what named the corpus
 * @param known the corpus of a training
 * @param trained what was trained on it, for the message
 * @throws CharrnnError where they are not the same, character for character
 */
export function assertSameCorpus(
  args: readonly string[],
  { sha256, length }: Corpus,
  known: { readonly sha256: string; readonly characters: number },
  trained: string,
  remedy: string,
): void {
  if (known.sha256 === sha256) return;
  const { characters } = known;
  const lengths =
    characters === length
      ? 'as long, but another text'
      : `${formatCount(length)} characters instead of ${formatCount(characters)}`;
  throw new CharrnnError(`${someOf(args, 3)}: not the corpus that ${trained} was trained on (${lengths}); ${remedy}`);
}
