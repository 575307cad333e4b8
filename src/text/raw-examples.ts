// Examples as they were read, and their conversion to symbols and label numbers.

import { createHash } from 'node:crypto';
import { CharrnnError, line, type Message } from '../errors.js';
import { formatCharacter, someOf } from '../format.js';
import type { TaskName } from '../options/task-options.js';
import type { Examples, Frames, Texts } from './examples.js';
import { LINE_FEED } from './lines.js';
import { inByteOrder } from './sources.js';
import { allocate, digest } from './tokens.js';
import { type CharacterCount, type Vocabulary, vocabularyOf } from './vocabulary.js';

/** Examples as code points, before there is a vocabulary. */
export interface RawExamples {
  readonly task: TaskName;
  readonly sources: readonly string[];
  readonly count: number;
  readonly labels: RawLabels | undefined;
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
    labels: a.labels && b.labels && a.labels.with(b.labels),
    read: together(a.read, b.read),
    frames: a.frames && b.frames && framesOf([a.frames, b.frames]),
    written: together(a.written, b.written),
  };
}

function together(a: RawTexts | undefined, b: RawTexts | undefined): RawTexts | undefined {
  if (!a || !b) return undefined;
  const all = new RawTexts();
  all.append(a);
  all.append(b);
  return all;
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

/** Labels as numbers, in the order in which they first occur. */
export class RawLabels {
  private readonly numbers = new Map<string, number>();
  private readonly values: number[] = [];

  add(label: string): void {
    const number = this.numbers.get(label) ?? this.numbers.size;
    this.numbers.set(label, number);
    this.values.push(number);
  }

  /** The different labels. */
  get names(): readonly string[] {
    return [...this.numbers.keys()];
  }

  /** The label of every example. */
  *all(): Generator<string> {
    const { names } = this;
    for (const value of this.values) yield names[value];
  }

  with(others: RawLabels): RawLabels {
    const both = new RawLabels();
    for (const labels of [this, others]) for (const label of labels.all()) both.add(label);
    return both;
  }

  /** The place of each example's label in a list, −1 for none. Shared memory. */
  placesIn(list: readonly string[]): Int32Array {
    const places = new Map(list.map((label, i) => [label, i]));
    const own = this.names.map((label) => places.get(label) ?? -1);
    const shared = new Int32Array(new SharedArrayBuffer(4 * this.values.length));
    this.values.forEach((value, i) => {
      shared[i] = own[value];
    });
    return shared;
  }
}

/** Code points per piece of memory: a power of two. */
const PIECE = 2 ** 18;

/** Texts end to end, as code points, in memory that grows by pieces. */
export class RawTexts {
  private readonly pieces: Uint32Array[] = [];
  length = 0;
  readonly ends: number[] = [];

  /** Adds a text and its line feed. */
  add(text: string): void {
    for (const character of text) this.push(character.codePointAt(0) ?? 0);
    this.push(LINE_FEED);
    this.ends.push(this.length);
  }

  /** The code points of text i, its line feed included. */
  text(i: number): Uint32Array {
    const from = this.ends[i - 1] ?? 0;
    return Uint32Array.from({ length: this.ends[i] - from }, (_, place) => this.at(from + place));
  }

  /** The code point at a place. */
  at(place: number): number {
    return this.pieces[Math.floor(place / PIECE)][place % PIECE];
  }

  /** Adds texts after these. */
  append(others: RawTexts): void {
    for (const end of others.ends) this.ends.push(this.length + end);
    for (let i = 0; i < others.length; i++) this.push(others.at(i));
  }

  private push(codePoint: number): void {
    if (this.length % PIECE === 0) this.pieces.push(new Uint32Array(PIECE));
    this.pieces[this.pieces.length - 1][this.length++ % PIECE] = codePoint;
  }
}

/** The vocabulary of examples: all characters that are read or written, and the line feed. */
export function vocabularyOfExamples({ read, written }: RawExamples, minCount: number): Vocabulary {
  const counts = new Map<number, number>([[LINE_FEED, 0]]);
  for (const texts of [read, written]) {
    for (let i = 0; i < (texts?.length ?? 0); i++) {
      const codePoint = texts?.at(i) ?? 0;
      counts.set(codePoint, (counts.get(codePoint) ?? 0) + 1);
    }
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
  const labels = all.names.toSorted(inByteOrder);
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
  const { count, frames, vectors } = raw;
  return {
    ...{ count, frames, vectors },
    read: texts(raw.read),
    written: texts(raw.written),
    labels: raw.labels?.placesIn(labels ?? []),
  };
}

function tokensOf(
  texts: RawTexts,
  vocabulary: Vocabulary,
  sources: readonly string[],
  remedy: Message | undefined,
): Texts {
  const { length: all, ends } = texts;
  const tokens = allocate(all, vocabulary.size);
  const shared = new Uint32Array(new SharedArrayBuffer(4 * ends.length));
  let [at, length] = [0, 0];
  ends.forEach((end, i) => {
    for (; at < end; at++) {
      const index = vocabulary.indexOf(texts.at(at));
      if (index < 0 && !vocabulary.unknown) {
        if (remedy === undefined) continue;
        const character = formatCharacter(texts.at(at));
        throw new CharrnnError(line`${someOf(sources, 3)}: ${character} is unknown to the model; ${remedy}`);
      }
      tokens[length++] = Math.max(index, 0);
    }
    shared[i] = length;
  });
  return { tokens: tokens.subarray(0, length), ends: shared };
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
