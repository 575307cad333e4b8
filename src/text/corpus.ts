import { CharrnnError, line, type Message, option } from '../errors.js';
import { formatCharacter, formatCount, quoteCharacter, someOf } from '../format.js';
import type { DataConfig, Encoding } from '../options/training-options.js';
import { decode } from './decode.js';
import { findSources, type Source } from './sources.js';
import { allocate, digest, type Tokens, write } from './tokens.js';
import { type CharacterCount, extendedVocabulary, type Vocabulary, vocabularyOf } from './vocabulary.js';

/** A text as a model reads it. */
export interface Corpus {
  readonly vocabulary: Vocabulary;
  /** Index of each character (length), one, two or four bytes wide as the vocabulary needs; shared memory. */
  readonly tokens: Tokens;
  /** Characters, that is code points. */
  readonly length: number;
  /** SHA-256 in hexadecimal of the tokens, each as a little-endian uint32 whatever their width here. */
  readonly sha256: string;
  /** Names of the files, in the order in which they were read. */
  readonly sources: readonly string[];
  /** How many characters became the unknown symbol. */
  readonly unknownCharacters: number;
}

export interface CorpusSettings {
  /** A model's vocabulary, to which the text must fit; `minCount` is ignored then, unless it is extended. */
  readonly vocabulary?: Vocabulary | undefined;
  /** Whether the characters that it lacks, unless they are rarer than `minCount`, are added to it. */
  readonly extend?: boolean | undefined;
  /** What to do about characters that it lacks, for the message. */
  readonly remedy?: Message | undefined;
  /** What `-` reads; `process.stdin` if not given. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice?: ((message: Message) => void) | undefined;
}

/**
 * Reads a corpus: files, folders, globs or `-`, one directly behind the other. Files are read twice, in pieces: once
 * to count their characters, once to turn them into tokens, so that only the tokens are in memory.
 *
 * @throws CharrnnError when an argument names no text, a text is invalid, nothing can be learnt from the whole, or
 * it has characters that the given vocabulary lacks
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
  const base = given ?? learnVocabulary(name, counts, minCount);
  const vocabulary = extend ? extendedVocabulary(base, counts, minCount) : base;
  const unknownCharacters = checkKnown(name, counts, vocabulary, remedy);
  const tokens = allocate(length, vocabulary.size);
  await writeAll(sources, encoding, vocabulary, tokens);
  return { vocabulary, tokens, length, sha256: digest(tokens), sources: names, unknownCharacters };
}

/** The largest code point of Unicode, plus one. */
const CODE_POINTS = 0x110000;

/** The characters of all sources, sorted by code point. */
async function countAll(sources: readonly Source[], encoding: Encoding): Promise<CharacterCount[]> {
  const table = new Float64Array(CODE_POINTS); // in doubles, because a count may pass 2³²
  for (const source of sources) {
    for await (const codePoints of decode(source.read(), encoding, source.name)) count(codePoints, table);
  }
  const counts: CharacterCount[] = [];
  for (let codePoint = 0; codePoint < CODE_POINTS; codePoint++) {
    if (table[codePoint] > 0) counts.push({ codePoint, count: table[codePoint] });
  }
  return counts;
}

function count(codePoints: Uint32Array, table: Float64Array): void {
  for (let i = 0; i < codePoints.length; i++) table[codePoints[i]]++;
}

const total = (counts: readonly CharacterCount[]): number => counts.reduce((sum, { count }) => sum + count, 0);

function learnVocabulary(name: string, counts: readonly CharacterCount[], minCount: number): Vocabulary {
  if (counts.length === 1) {
    const only = quoteCharacter(counts[0].codePoint);
    throw new CharrnnError(`${name}: only one distinct character (${only}); there is nothing to learn`);
  }
  const vocabulary = vocabularyOf(counts, minCount);
  if (vocabulary.size > 1) return vocabulary;
  const most = counts.reduce((most, { count }) => Math.max(most, count), 0);
  const fault = `no character occurs ${formatCount(minCount)} times, the commonest ${formatCount(most)}`;
  throw new CharrnnError(line`${name}: ${fault}; lower ${option('minCount')}`, 2);
}

/** How many characters the vocabulary lacks. @throws CharrnnError if there are any and it has no unknown symbol */
function checkKnown(name: string, counts: readonly CharacterCount[], vocabulary: Vocabulary, remedy: Message): number {
  const missing = counts.filter(({ codePoint }) => vocabulary.indexOf(codePoint) < 0);
  if (missing.length === 0 || vocabulary.unknown) return total(missing);
  missing.sort((a, b) => b.count - a.count || a.codePoint - b.codePoint);
  const list = missing.map(({ codePoint, count }) => `${formatCharacter(codePoint)} × ${formatCount(count)}`);
  const number = list.length === 1 ? '1 character' : `${formatCount(list.length)} different characters`;
  throw new CharrnnError(line`${name}: ${number} that the model does not know: ${someOf(list, 10)}; ${remedy}`);
}

/** Writes the tokens of all sources, one behind the other. */
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

/** What to say of a source that is not twice the same. */
export const changed = (name: string): CharrnnError =>
  new CharrnnError(`${name}: changed while it was read; wait until nothing writes to it, and begin again`);

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
  remedy: Message,
): void {
  if (known.sha256 === sha256) return;
  const { characters } = known;
  const lengths =
    characters === length
      ? 'as long, but another text'
      : `${formatCount(length)} characters instead of ${formatCount(characters)}`;
  const fault = `not the corpus that ${trained} was trained on (${lengths})`;
  throw new CharrnnError(line`${someOf(args, 3)}: ${fault}; ${remedy}`);
}
