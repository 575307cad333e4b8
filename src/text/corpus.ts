import { CharrnnError } from '../errors.js';
import { formatCharacter, formatCount } from '../format.js';
import type { CorpusOptions } from '../options.js';
import { decode } from './decode.js';
import { someOf } from './faults.js';
import { findSources, type Source } from './sources.js';
import { allocate, digest, type Tokens, write } from './tokens.js';
import { CODE_POINTS, type Vocabulary, vocabularyOf } from './vocabulary.js';

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
  /** A model's vocabulary, to which the text must fit; `min-count` is of no account then. */
  readonly vocabulary?: Vocabulary | undefined;
  /** What `-` reads; `process.stdin` if not given. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice?: ((message: string) => void) | undefined;
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
  options: CorpusOptions,
  { vocabulary: given, stdin, onNotice = () => {} }: CorpusSettings = {},
): Promise<Corpus> {
  const { encoding } = options;
  const sources = await findSources(args, { encoding, stdin, onNotice });
  const names = sources.map(({ name }) => name);
  const counts = await countAll(sources, encoding);
  const length = counts.reduce((sum, count) => sum + count, 0);
  if (length === 0) throw new CharrnnError(`${someOf(names, 3)}: empty; give a text with some characters`);
  const vocabulary = given ?? learnVocabulary(someOf(names, 3), counts, options['min-count']);
  const unknownCharacters = checkKnown(someOf(names, 3), counts, vocabulary);
  const tokens = allocate(length, vocabulary.size);
  await writeAll(sources, encoding, vocabulary, tokens);
  return { vocabulary, tokens, length, sha256: digest(tokens), sources: names, unknownCharacters };
}

/** How often each code point occurs, up to the largest that does; in doubles because a count may pass 2³². */
async function countAll(sources: readonly Source[], encoding: CorpusOptions['encoding']): Promise<Float64Array> {
  const counts = new Float64Array(CODE_POINTS);
  for (const source of sources) {
    for await (const codePoints of decode(source.read(), encoding, source.name)) count(codePoints, counts);
  }
  return counts.subarray(0, counts.findLastIndex((count) => count > 0) + 1);
}

function count(codePoints: Uint32Array, counts: Float64Array): void {
  for (let i = 0; i < codePoints.length; i++) counts[codePoints[i]]++;
}

function learnVocabulary(name: string, counts: Float64Array, minCount: number): Vocabulary {
  const only = counts.findIndex((count) => count > 0);
  if (counts.every((count, codePoint) => count === 0 || codePoint === only)) {
    const character = formatCharacter(only).replace(/ \(.*/, '');
    throw new CharrnnError(`${name}: only one distinct character (${character}); there is nothing to learn`);
  }
  const vocabulary = vocabularyOf(counts, minCount);
  if (vocabulary.size < 2) {
    const most = counts.reduce((most, count) => Math.max(most, count));
    const fault = `no character occurs ${formatCount(minCount)} times, the commonest ${formatCount(most)}`;
    throw new CharrnnError(`${name}: ${fault}; lower --min-count`, 2);
  }
  return vocabulary;
}

/** How many characters the vocabulary lacks. @throws CharrnnError if there are any and it has no unknown symbol */
function checkKnown(name: string, counts: Float64Array, vocabulary: Vocabulary): number {
  const missing: { codePoint: number; count: number }[] = [];
  counts.forEach((count, codePoint) => {
    if (count > 0 && vocabulary.indexOf(codePoint) < 0) missing.push({ codePoint, count });
  });
  const total = missing.reduce((sum, { count }) => sum + count, 0);
  if (total === 0 || vocabulary.unknown) return total;
  missing.sort((a, b) => b.count - a.count || a.codePoint - b.codePoint);
  const list = missing.map(({ codePoint, count }) => `${formatCharacter(codePoint)} × ${formatCount(count)}`);
  const number = list.length === 1 ? '1 character' : `${formatCount(list.length)} different characters`;
  throw new CharrnnError(`${name}: ${number} that the model does not know: ${someOf(list, 10)}; take them out`);
}

/** Writes the tokens of all sources, one behind the other. */
async function writeAll(
  sources: readonly Source[],
  encoding: CorpusOptions['encoding'],
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

const changed = (name: string): CharrnnError =>
  new CharrnnError(`${name}: changed while it was read; wait until nothing writes to it, and begin again`);
