// A text in parts that the streams of a batch read side by side.

import type { Range } from '../kernels/kernels.js';
import type { BatchShape } from '../text/streams.js';

/** Characters that a stream reads before the first that counts, so that it does not start cold. */
export const WARM_UP = 256;

/** A part of a text: it is read from `begin` on, and counts from `from` on. */
export interface TextPart extends Range {
  readonly begin: number;
}

/** Splits a range of a text into parts of one length; each is read from `WARM_UP` characters before it. */
export function partsOf({ from, to }: Range, count: number): TextPart[] {
  const bound = (n: number): number => from + Math.floor(((to - from) * n) / count);
  return Array.from({ length: count }, (_, n) => ({
    begin: Math.max(0, bound(n) - WARM_UP),
    from: bound(n),
    to: bound(n + 1),
  }));
}

/** The steps that reading the longest part takes. */
export const stepsOf = (parts: readonly TextPart[]): number =>
  parts.reduce((most, { begin, to }) => Math.max(most, to - begin), 0);

/**
 * Writes what the streams read in the T steps from `start` on, part n in stream n; zeros where a part has ended.
 * @param inputs (T·N)
 * @param onCounted called with the row of each character that counts, its place in the text and its part
 */
export function writeWindow(
  parts: readonly TextPart[],
  text: ArrayLike<number>,
  { batch: N, sequence: T }: BatchShape,
  start: number,
  inputs: Int32Array,
  onCounted: (row: number, at: number, part: number) => void,
): void {
  parts.forEach(({ begin, from, to }, n) => {
    for (let t = 0; t < T; t++) {
      const at = begin + start + t;
      inputs[t * N + n] = at < to ? text[at] : 0;
      if (at >= from && at < to) onCounted(t * N + n, at, n);
    }
  });
}
