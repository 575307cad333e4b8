import { CharrnnError, line, type Message, option } from '../errors.js';
import { formatCharacter, formatCount, quoteCharacter } from '../format.js';
import { LINE_FEED } from './lines.js';

/** The characters of a model: sorted code points; with `unknown`, index 0 is the unknown symbol and they start at 1. */
export interface VocabularyRecord {
  readonly codePoints: readonly number[];
  readonly unknown: boolean;
}

/** The unknown symbol in text: U+FFFD, the replacement character. */
export const UNKNOWN_CHARACTER = '\ufffd';

/** The symbols that a model reads and writes, and their indices 0…V−1. */
export class Vocabulary {
  /** Number of symbols (V). */
  readonly size: number;
  /** Index by code point, up to the largest that occurs; −1 for none. */
  private readonly indices: Int32Array;
  private readonly characters: readonly string[];

  constructor(readonly record: VocabularyRecord) {
    const { codePoints, unknown } = record;
    const first = unknown ? 1 : 0;
    this.size = first + codePoints.length;
    this.indices = new Int32Array((codePoints.at(-1) ?? -1) + 1).fill(-1);
    codePoints.forEach((codePoint, i) => {
      this.indices[codePoint] = first + i;
    });
    const characters = codePoints.map((codePoint) => String.fromCodePoint(codePoint));
    this.characters = unknown ? [UNKNOWN_CHARACTER, ...characters] : characters;
  }

  /** Whether index 0 represents all characters without their own index. */
  get unknown(): boolean {
    return this.record.unknown;
  }

  /** The index of a character, or −1, even if there is an unknown symbol. */
  indexOf(codePoint: number): number {
    return codePoint < this.indices.length ? this.indices[codePoint] : -1;
  }

  /** The character of an index 0…V−1. */
  characterOf(index: number): string {
    const character = this.characters[index];
    if (character === undefined) throw new RangeError(`index ${index} in a vocabulary of ${this.size}`);
    return character;
  }

  /**
   * Returns the indices of a line and of the line feed that ends it. A character that the vocabulary lacks becomes the
   * unknown symbol; without one it is left out.
   */
  line(codePoints: Uint32Array): { readonly symbols: Int32Array; readonly unknown: number } {
    const symbols = new Int32Array(codePoints.length + 1);
    let [length, unknown] = [0, 0];
    for (const codePoint of codePoints) {
      const index = this.indexOf(codePoint);
      if (index < 0) unknown++;
      if (index >= 0 || this.unknown) symbols[length++] = Math.max(0, index);
    }
    symbols[length++] = Math.max(0, this.indexOf(LINE_FEED));
    return { symbols: symbols.subarray(0, length), unknown };
  }

  /**
   * Returns the indices of a text, one for each character (code point). A character that the vocabulary lacks becomes
   * the unknown symbol.
   *
   * @param subject what the text is, for the message
   * @throws CharrnnError (exit code 2) at such a character if there is no unknown symbol
   */
  encode(text: string, subject: Message = 'prime'): Int32Array {
    const characters = Array.from(text, (character) => character.codePointAt(0) ?? 0);
    return Int32Array.from(characters, (codePoint, i) => {
      const index = this.indexOf(codePoint);
      if (index >= 0) return index;
      if (this.unknown) return 0;
      const where = `character ${formatCount(i + 1)}, ${formatCharacter(codePoint)}`;
      const size = formatCount(this.size);
      throw new CharrnnError(
        line`${subject}: ${where}, is not among the ${size} that the model knows; leave it out`,
        2,
      );
    });
  }
}

/** The number of times a character occurs. */
export interface CharacterCount {
  readonly codePoint: number;
  readonly count: number;
}

/**
 * Builds the vocabulary of a text. Characters that occur fewer than `minCount` times share the unknown symbol, which
 * exists only if there are any.
 *
 * @param counts the characters that occur, sorted by code point
 */
export function vocabularyOf(counts: readonly CharacterCount[], minCount: number): Vocabulary {
  const common = counts.filter(({ count }) => count >= minCount);
  return new Vocabulary({
    codePoints: common.map(({ codePoint }) => codePoint),
    unknown: common.length < counts.length,
  });
}

/**
 * Builds the vocabulary to train on.
 * @param name the text, for messages
 * @throws CharrnnError if there is nothing to learn
 */
export function learnedVocabulary(name: string, counts: readonly CharacterCount[], minCount: number): Vocabulary {
  if (counts.length === 1) {
    const only = quoteCharacter(counts[0].codePoint);
    throw new CharrnnError(`${name}: only one distinct character (${only}); there is nothing to learn`);
  }
  const vocabulary = vocabularyOf(counts, minCount);
  if (vocabulary.size > 1) return vocabulary;
  const most = counts.reduce((most, { count }) => Math.max(most, count), 0);
  const fault = `no character occurs ${formatCount(minCount)} times, the most frequent one ${formatCount(most)}`;
  throw new CharrnnError(line`${name}: ${fault}; lower ${option('minCount')}`, 2);
}

/** Extends a vocabulary by the characters that occur at least `minCount` times. */
export function extendedVocabulary(
  { record, unknown }: Vocabulary,
  counts: readonly CharacterCount[],
  minCount: number,
): Vocabulary {
  const common = counts.filter(({ count }) => count >= minCount).map(({ codePoint }) => codePoint);
  const codePoints = [...new Set([...record.codePoints, ...common])].sort((a, b) => a - b);
  return new Vocabulary({ codePoints, unknown });
}
