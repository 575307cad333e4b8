// Examples of a task in memory: all texts of a kind stand end to end. A line feed ends every text that a network reads or
// writes, and begins what it writes.

import type { Tokens } from './tokens.js';

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
