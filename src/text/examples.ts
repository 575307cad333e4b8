// Examples of a task: lines `label⇥text` or `source⇥target`, or one JSON object for each line. All texts of a kind stand end
// to end in shared memory. A line feed ends every text that a network reads or writes, and begins what it writes.

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { formatCharacter, formatCount, shownName, someOf } from '../format.js';
import type { Encoding } from '../options/training-options.js';
import { linesOf } from './lines.js';
import { findSources, inByteOrder } from './sources.js';
import { allocate, digest, type Tokens } from './tokens.js';
import { readVectors } from './vector-files.js';
import { type CharacterCount, type Vocabulary, vocabularyOf } from './vocabulary.js';

export const LINE_FEED = 10;

/** Texts end to end, each with its line feed: text i is tokens[ends[i − 1]] … tokens[ends[i] − 1]. Shared memory. */
export interface Texts {
  readonly tokens: Tokens;
  readonly ends: Uint32Array;
}

/** Sequences of vectors end to end: example i has rows ends[i − 1] … ends[i] − 1 of values (rows, width). Shared memory. */
export interface Frames {
  readonly values: Float32Array;
  readonly width: number;
  readonly ends: Uint32Array;
}

/** What each example has, by its number. */
export interface Examples {
  readonly count: number;
  /** What is read: the text to label, or the source. */
  readonly read: Texts | undefined;
  /** What is read in place of a text: a film. */
  readonly frames?: Frames | undefined;
  /** What is written: the description, or the target. */
  readonly written: Texts | undefined;
  /** The index of each label; −1 for one that training did not have. Shared memory. */
  readonly labels: Int32Array | undefined;
  /** What the states begin from, (count, width), in place of a label. Shared memory. */
  readonly vectors: Float32Array | undefined;
}

/** The members of a line, by task. */
const sides = {
  label: ['label', 'text'],
  describe: ['label', 'text'],
  translate: ['source', 'target'],
} as const;

export interface ExampleSettings {
  readonly task: keyof typeof sides;
  readonly encoding: Encoding;
  /** Symbols that a text may have; the rest of a longer one is left out. Undefined: any number. */
  readonly truncate?: number | undefined;
  /** Whether what is read are films: each text to read is the path of a file of vectors, one for each frame. */
  readonly areFilms?: boolean;
  /** Vectors that stand in place of the labels, one for each line of text. */
  readonly vectors?: { readonly path: string; readonly count: number; readonly values: Float32Array } | undefined;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice?: ((message: Message) => void) | undefined;
}

/** Examples as code points, before there is a vocabulary. */
export interface RawExamples {
  readonly task: ExampleSettings['task'];
  readonly sources: readonly string[];
  readonly count: number;
  readonly labels: readonly string[] | undefined;
  readonly read: RawTexts | undefined;
  readonly frames: Frames | undefined;
  readonly written: RawTexts | undefined;
  readonly vectors: Float32Array | undefined;
  /** Texts that were truncated. */
  readonly truncated: number;
}

/** Examples of two files, those of the second after those of the first. */
export function joined(a: RawExamples, b: RawExamples): RawExamples {
  return {
    ...a,
    sources: [...a.sources, ...b.sources],
    count: a.count + b.count,
    labels: a.labels && b.labels && [...a.labels, ...b.labels],
    read: a.read && b.read && a.read.with(b.read),
    frames: a.frames && b.frames && framesOf([a.frames, b.frames]),
    written: a.written && b.written && a.written.with(b.written),
  };
}

/** Puts sequences of vectors end to end. */
function framesOf(all: readonly Frames[]): Frames {
  const rows = all.reduce((sum, { ends }) => sum + (ends.at(-1) ?? 0), 0);
  const width = all[0]?.width ?? 0;
  const values = new Float32Array(new SharedArrayBuffer(4 * rows * width));
  const ends = new Uint32Array(new SharedArrayBuffer(4 * all.reduce((sum, own) => sum + own.ends.length, 0)));
  let [row, film] = [0, 0];
  for (const own of all) {
    values.set(own.values, row * width);
    for (const end of own.ends) ends[film++] = row + end;
    row += own.ends.at(-1) ?? 0;
  }
  return { values, width, ends };
}

/** Reads films. @throws CharrnnError when a file cannot be read, or its vectors have another width */
async function readFilms(paths: readonly { readonly path: string; readonly where: string }[]): Promise<Frames> {
  const films: Frames[] = [];
  for (const { path, where } of paths) {
    const { count, width, values } = await readVectors(path);
    const first = films[0]?.width ?? width;
    if (width !== first) {
      const others = `those before it have ${formatCount(first)}`;
      throw new CharrnnError(`${where}: vectors of ${formatCount(width)} numbers, ${others}; give films of one width`);
    }
    films.push({ values, width, ends: Uint32Array.of(count) });
  }
  return framesOf(films);
}

/** Texts end to end, in memory that grows. */
class RawTexts {
  private values = new Uint32Array(1024);
  private length = 0;
  readonly ends: number[] = [];

  /** Adds a text and its line feed. */
  add(text: string): void {
    if (this.length + text.length + 1 > this.values.length) {
      const larger = new Uint32Array(2 * (this.values.length + text.length));
      larger.set(this.values.subarray(0, this.length));
      this.values = larger;
    }
    for (const character of text) this.values[this.length++] = character.codePointAt(0) ?? 0;
    this.values[this.length++] = LINE_FEED;
    this.ends.push(this.length);
  }

  /** These texts and others after them. */
  with(others: RawTexts): RawTexts {
    const all = new RawTexts();
    all.values = new Uint32Array(this.length + others.length);
    all.values.set(this.codePoints);
    all.values.set(others.codePoints, this.length);
    all.length = all.values.length;
    for (const end of this.ends) all.ends.push(end);
    for (const end of others.ends) all.ends.push(this.length + end);
    return all;
  }

  get codePoints(): Uint32Array {
    return this.values.subarray(0, this.length);
  }
}

/**
 * Reads examples from files, folders, globs or `-`.
 * @throws CharrnnError at a line that is no example of the task, with its number
 */
export async function readExamples(args: readonly string[], settings: ExampleSettings): Promise<RawExamples> {
  const { task, encoding, vectors, stdin, truncate, areFilms = false, onNotice = () => {} } = settings;
  const sources = await findSources(args, { encoding, stdin, onNotice, isReadOnce: true });
  const labels: string[] = [];
  const [read, written] = [new RawTexts(), new RawTexts()];
  const films: { readonly path: string; readonly where: string }[] = [];
  let count = 0;
  let truncated = 0;
  const cut = (text: string): string => {
    const characters = truncate === undefined || text.length <= truncate ? [] : Array.from(text);
    if (truncate === undefined || characters.length <= truncate) return text;
    truncated++;
    return characters.slice(0, truncate).join('');
  };
  for await (const { source, first, lines } of linesOf(sources)) {
    lines.forEach((bytes, i) => {
      const where = `${source}: line ${formatCount(first + i)}`;
      const text = decoded(bytes, encoding, where, first + i === 1);
      if (text === '') return;
      const [before, after] = vectors ? ['', text] : sidesOf(text, task, where);
      const toRead = task === 'translate' ? before : task === 'label' ? after : undefined;
      if (toRead !== undefined && areFilms) films.push({ path: join(dirname(source), toRead), where });
      else if (toRead !== undefined) read.add(cut(toRead));
      if (task !== 'translate') labels.push(before);
      if (task !== 'label') written.add(cut(after));
      count++;
    });
  }
  const names = sources.map(({ name }) => name);
  if (count === 0) throw new CharrnnError(`${someOf(names, 3)}: no examples; give lines such as ${shape(task)}`);
  if (vectors && vectors.count !== count) {
    const found = `${formatCount(vectors.count)} vectors`;
    const texts = `${someOf(names, 3)} has ${formatCount(count)} texts`;
    throw new CharrnnError(`${shownName(vectors.path)}: ${found}, but ${texts}; give one vector for each line`, 2);
  }
  if (truncated > 0) onNotice(`${formatCount(truncated)} of ${formatCount(count)} texts are longer and were truncated`);
  return {
    ...{ task, sources: names, count, vectors: vectors?.values, truncated },
    labels: task === 'translate' || vectors ? undefined : labels,
    read: task === 'describe' || areFilms ? undefined : read,
    frames: areFilms ? await readFilms(films) : undefined,
    written: task === 'label' ? undefined : written,
  };
}

function decoded(bytes: Uint8Array, encoding: Encoding, where: string, isFirst: boolean): string {
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length; // a carriage return before the line feed
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, end);
  if (encoding === 'latin1') return buffer.toString('latin1');
  if (!isUtf8(buffer)) {
    throw new CharrnnError(line`${where}: invalid UTF-8; re-encode it, or read it with ${option('encoding')} latin1`);
  }
  const text = buffer.toString('utf8');
  return isFirst ? text.replace(/^\ufeff/, '') : text;
}

const shape = (task: ExampleSettings['task']): string => {
  const [left, right] = sides[task];
  return `${left}<tab>${right}`;
};

/** Splits a line: a JSON object if it begins with a brace, otherwise at its tab. */
function sidesOf(text: string, task: ExampleSettings['task'], where: string): readonly [string, string] {
  const [left, right] = sides[task];
  if (text.startsWith('{')) {
    const object = parsed(text, where);
    const member = (name: string): string => {
      const value = object[name];
      if (typeof value === 'string' && value.includes('\n')) {
        throw new CharrnnError(`${where}: ${name} has a line feed, which ends a text; replace it`);
      }
      if (typeof value === 'string' && value !== '') return value;
      const fault = value === undefined ? 'is missing' : value === '' ? 'is empty' : 'is not a string';
      throw new CharrnnError(`${where}: ${name} ${fault}; give an object with ${left} and ${right}`);
    };
    return [member(left), member(right)];
  }
  const tab = text.indexOf('\t');
  if (tab < 0) throw new CharrnnError(`${where}: has no tab; give ${shape(task)}`);
  if (task === 'translate' && text.includes('\t', tab + 1)) {
    throw new CharrnnError(`${where}: has more than one tab; give ${shape(task)}`);
  }
  const [before, after] = [text.slice(0, tab), text.slice(tab + 1)];
  if (before === '') throw new CharrnnError(`${where}: nothing before the tab; give ${shape(task)}`);
  if (after === '') throw new CharrnnError(`${where}: nothing after the tab; give ${shape(task)}`);
  return [before, after];
}

function parsed(text: string, where: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw new CharrnnError(`${where}: begins with { but is not JSON; correct it`);
  }
}

/** The vocabulary of examples: all characters that are read or written, and the line feed. */
export function vocabularyOfExamples({ read, written }: RawExamples, minCount: number): Vocabulary {
  const counts = new Map<number, number>([[LINE_FEED, 0]]);
  for (const texts of [read, written]) {
    for (const codePoint of texts?.codePoints ?? []) counts.set(codePoint, (counts.get(codePoint) ?? 0) + 1);
  }
  const sorted: CharacterCount[] = [...counts]
    .map(([codePoint, count]) => ({ codePoint, count: codePoint === LINE_FEED ? Math.max(count, minCount) : count }))
    .sort((a, b) => a.codePoint - b.codePoint);
  return vocabularyOf(sorted, minCount);
}

/**
 * The labels of examples in byte order.
 * @throws CharrnnError if there is only one
 */
export function labelsOf({ labels: all, sources }: RawExamples): string[] | undefined {
  if (all === undefined) return undefined;
  const labels = [...new Set(all)].sort(inByteOrder);
  if (labels.length > 1) return labels;
  throw new CharrnnError(`${someOf(sources, 3)}: all examples have the label ${labels[0]}; give at least two labels`);
}

/**
 * Converts examples to symbols and label numbers.
 * @param remedy what to do about a character that the vocabulary lacks, for the message; left out if not given
 * @throws CharrnnError at such a character, if there is a remedy and no unknown symbol
 */
export function examplesOf(
  raw: RawExamples,
  vocabulary: Vocabulary,
  labels: readonly string[] | undefined,
  remedy?: Message,
): Examples {
  const texts = (of: RawTexts | undefined): Texts | undefined => of && tokensOf(of, vocabulary, raw.sources, remedy);
  const indices = new Map(labels?.map((label, i) => [label, i]));
  const { count, frames, vectors } = raw;
  return {
    ...{ count, frames, vectors },
    read: texts(raw.read),
    written: texts(raw.written),
    labels: raw.labels && sharedIntegers(raw.labels.map((label) => indices.get(label) ?? -1)),
  };
}

const sharedIntegers = (values: readonly number[]): Int32Array => {
  const shared = new Int32Array(new SharedArrayBuffer(4 * values.length));
  shared.set(values);
  return shared;
};

function tokensOf(
  { codePoints, ends }: RawTexts,
  vocabulary: Vocabulary,
  sources: readonly string[],
  remedy: Message | undefined,
): Texts {
  const tokens = allocate(codePoints.length, vocabulary.size);
  const shared = new Uint32Array(new SharedArrayBuffer(4 * ends.length));
  let [at, length] = [0, 0];
  ends.forEach((end, i) => {
    for (; at < end; at++) {
      const index = vocabulary.indexOf(codePoints[at]);
      if (index < 0 && !vocabulary.unknown) {
        if (remedy === undefined) continue;
        const character = formatCharacter(codePoints[at]);
        throw new CharrnnError(line`${someOf(sources, 3)}: ${character} is unknown to the model; ${remedy}`);
      }
      tokens[length++] = Math.max(index, 0);
    }
    shared[i] = length;
  });
  return { tokens: tokens.subarray(0, length), ends: shared };
}

/** Steps that an example takes to read, and to write. */
export function lengthsOf(
  { read, frames, written }: Examples,
  i: number,
): { readonly read: number; readonly written: number } {
  const length = (of: Pick<Texts, 'ends'> | undefined): number => (of ? of.ends[i] - (of.ends[i - 1] ?? 0) : 0);
  return { read: length(frames ?? read), written: length(written) };
}

/** The most steps that any example takes to read, and to write. */
export function longestOf(examples: Examples): { readonly read: number; readonly written: number } {
  let [read, written] = [0, 0];
  for (let i = 0; i < examples.count; i++) {
    const lengths = lengthsOf(examples, i);
    read = Math.max(read, lengths.read);
    written = Math.max(written, lengths.written);
  }
  return { read, written };
}

/** SHA-256 of everything that training sees of examples, in hexadecimal. */
export function digestOf({ read, frames, written, labels, vectors }: Examples, names: readonly string[] = []): string {
  const hash = createHash('sha256');
  for (const texts of [read, written]) {
    if (texts) hash.update(digest(texts.tokens)).update(digest(texts.ends));
  }
  if (labels) hash.update(digest(new Uint32Array(labels))).update(JSON.stringify(names));
  if (frames) hash.update(digest(frames.ends));
  for (const numbers of [vectors, frames?.values]) {
    if (numbers) hash.update(Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  }
  return hash.digest('hex');
}
