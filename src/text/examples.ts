// Examples of a task in memory: all texts of a kind stand end to end. A line feed ends every text that a network reads or
// writes, and begins what it writes.

import { createHash } from 'node:crypto';
import { CharrnnError, line, type Message } from '../errors.js';
import { formatCharacter, someOf } from '../format.js';
import type { TaskName } from '../options/task-options.js';
import { inByteOrder } from './sources.js';
import { allocate, digest, type Tokens } from './tokens.js';
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

/** Examples as code points, before there is a vocabulary. */
export interface RawExamples {
  readonly task: TaskName;
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
export function framesOf(all: readonly Frames[]): Frames {
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

/** Texts end to end, in memory that grows. */
export class RawTexts {
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
