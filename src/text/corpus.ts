import { CharrnnError, line, type Message } from '../errors.js';
import { formatCharacter, formatCount, someOf } from '../format.js';
import type { DataConfig, Encoding } from '../options/training-options.js';
import { decode } from './decode.js';
import { findSources, type Source } from './sources.js';
import { allocate, digest, type Tokens, write } from './tokens.js';
import { type CharacterCount, extendedVocabulary, learnedVocabulary, type Vocabulary } from './vocabulary.js';

/** A text in the form that a model reads. */
export interface Corpus {
  readonly vocabulary: Vocabulary;
  /** The index of each character (length), one, two or four bytes wide as the vocabulary needs; in shared memory. */
  readonly tokens: Tokens;
  /** The number of characters (code points). */
  readonly length: number;
  /** SHA-256 of the tokens in hexadecimal, each token as a little-endian uint32 whatever its width here. */
  readonly sha256: string;
  /** The names of the files, in the order in which they were read. */
  readonly sources: readonly string[];
  /** The number of characters that became the unknown symbol. */
  readonly unknownCharacters: number;
}

export interface CorpusSettings {
  /** A model's vocabulary, which the text must match; then `minCount` is ignored unless the vocabulary is extended. */
  readonly vocabulary?: Vocabulary | undefined;
  /** Whether to add the characters that it lacks, except those rarer than `minCount`. */
  readonly extend?: boolean | undefined;
  /** The remedy for characters that it lacks, for the message. */
  readonly remedy?: Message | undefined;
  /** What `-` reads; `process.stdin` if not given. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice?: ((message: Message) => void) | undefined;
}

/**
 * Reads a corpus: files, folders, globs or `-`, one directly after another. Files are read twice, in pieces: once to
 * count their characters, once to turn them into tokens, so that only the tokens are in memory.
 *
 * @throws CharrnnError if an argument names no text, a text is invalid, nothing can be learnt from the whole, or it has
 * characters that the given vocabulary lacks
 */
export async function readCorpus(
  args: readonly string[],
  { encoding, minCount }: Pick<DataConfig, 'encoding' | 'minCount'>,
  { vocabulary: given, extend = false, remedy = 'take them out', stdin, onNotice = () => {} }: CorpusSettings = {},
): Promise<Corpus> {
  const sources = await findSources(args, { encoding, stdin, onNotice });
  const names = sources.map(({ name }) => name);
  const name = someOf(names, 3);
  const counts = await countAll(sources, encoding);
  const length = total(counts);
  if (length === 0) throw new CharrnnError(`${name}: empty; give a text with some characters`);
  const base = given ?? learnedVocabulary(name, counts, minCount);
  const vocabulary = extend ? extendedVocabulary(base, counts, minCount) : base;
  const unknownCharacters = checkKnown(name, counts, vocabulary, remedy);
  const tokens = allocate(length, vocabulary.size);
  await writeAll(sources, encoding, vocabulary, tokens);
  return { vocabulary, tokens, length, sha256: digest(tokens), sources: names, unknownCharacters };
}

/** The code points of the basic plane, and all. Most texts need only the smaller table of counts. */
const [BASIC, ALL] = [0x10000, 0x110000];

/** Counts the characters of all sources, sorted by code point. */
async function countAll(sources: readonly Source[], encoding: Encoding): Promise<CharacterCount[]> {
  let table = new Float64Array(BASIC); // doubles, because a count may exceed 2³²
  for (const source of sources) {
    for await (const codePoints of decode(source.read(), encoding, source.name)) {
      if (table.length < ALL && codePoints.some((codePoint) => codePoint >= BASIC)) {
        const larger = new Float64Array(ALL);
        larger.set(table);
        table = larger;
      }
      count(codePoints, table);
    }
  }
  const counts: CharacterCount[] = [];
  table.forEach((count, codePoint) => {
    if (count > 0) counts.push({ codePoint, count });
  });
  return counts;
}

function count(codePoints: Uint32Array, table: Float64Array): void {
  for (let i = 0; i < codePoints.length; i++) table[codePoints[i]]++;
}

const total = (counts: readonly CharacterCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);

/** Counts the characters that the vocabulary lacks. @throws CharrnnError if any, and it has no unknown symbol */
function checkKnown(name: string, counts: readonly CharacterCount[], vocabulary: Vocabulary, remedy: Message): number {
  const missing = counts.filter(({ codePoint }) => vocabulary.indexOf(codePoint) < 0);
  if (missing.length === 0 || vocabulary.unknown) return total(missing);
  missing.sort((a, b) => b.count - a.count || a.codePoint - b.codePoint);
  const list = missing.map(({ codePoint, count }) => `${formatCharacter(codePoint)} × ${formatCount(count)}`);
  const number = list.length === 1 ? '1 character' : `${formatCount(list.length)} different characters`;
  throw new CharrnnError(line`${name}: ${number} that the model does not know: ${someOf(list, 10)}; ${remedy}`);
}

/** Writes the tokens of all sources, one source after another. */
async function writeAll(
  sources: readonly Source[],
  encoding: Encoding,
  vocabulary: Vocabulary,
  tokens: Tokens,
): Promise<void> {
  let at = 0;
  for (const { name, read } of sources) {
    for await (const codePoints of decode(read(), encoding, name)) {
      if (at + codePoints.length > tokens.length || !write(codePoints, vocabulary, tokens, at)) throw changed(name);
      at += codePoints.length;
    }
  }
  if (at !== tokens.length) throw changed(sources.map(({ name }) => name).join(', '));
}

/** The error for a source that differs when read a second time. */
export const changed = (name: string): CharrnnError =>
  new CharrnnError(`${name}: changed while it was being read; wait until nothing writes to it, and start again`);

/**
 * @param args the arguments that named the corpus
 * @param known the corpus of a training run
 * @param trained what was trained on it, for the message
 * @throws CharrnnError if the two differ in any character
 */
export function assertSameCorpus(
  args: readonly string[],
  { sha256, length }: Pick<Corpus, 'sha256' | 'length'>,
  known: { readonly sha256: string; readonly characters: number },
  trained: string,
  remedy: Message,
): void {
  if (known.sha256 === sha256) return;
  const { characters } = known;
  const lengths =
    characters === length
      ? 'of the same length, but a different text'
      : `${formatCount(length)} characters instead of ${formatCount(characters)}`;
  const fault = `not the corpus that ${trained} was trained on (${lengths})`;
  throw new CharrnnError(line`${someOf(args, 3)}: ${fault}; ${remedy}`);
}
