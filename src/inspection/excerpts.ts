// Parts of a text to show, with a unit's values along them.

import type { Range } from '../kernels/kernels.js';
import type { Tokens } from '../text/tokens.js';
import type { TextProperty } from './text-properties.js';
import type { Unit, UnitReader } from './unit-values.js';

/** A part of a text with a unit's value after each character. */
export interface Excerpt {
  /** Its first character in what the network reads, counted from 0. */
  readonly from: number;
  readonly text: string;
  /** One for each character (code point). */
  readonly values: readonly number[];
}

/** Characters of an excerpt. */
export const EXCERPT = 240;
/** Lines at which an excerpt may begin that are tried. */
const TRIALS = 400;
const LINE_FEED = 10;

/**
 * Chooses the part of a range, from the start of a line, that shows most of a property: where it is there about as often
 * as not, or has the most different values. The first part that is good enough is taken.
 */
export function tellingPart(text: Uint32Array, { kind, values }: TextProperty, { from, to }: Range): Range {
  let best = { from, to: Math.min(to, from + EXCERPT) };
  let highest = -1;
  let start = from;
  for (let trial = 0; trial < TRIALS && start + EXCERPT <= to; trial++) {
    const part = values.subarray(start, start + EXCERPT);
    const quality = kind === 'binary' ? balance(part) : new Set(part).size;
    if (quality > highest) {
      highest = quality;
      best = { from: start, to: start + EXCERPT };
    }
    if (kind === 'binary' && quality > 0.35) break;
    const end = text.indexOf(LINE_FEED, start + (trial === 0 ? 0 : 40));
    start = end < 0 ? to : end + 1;
  }
  return best;
}

/** The smaller one of the shares of characters with and without a property. */
function balance(values: Uint16Array): number {
  let ones = 0;
  for (const value of values) ones += value;
  return Math.min(ones, values.length - ones) / values.length;
}

/** Reads the values of a unit along a part of a text. @param reader with a single stream */
export function excerptOf(
  reader: UnitReader,
  unit: Unit,
  { tokens, text }: { readonly tokens: Tokens; readonly text: Uint32Array },
  range: Range,
): Excerpt {
  const { buffer, width, column } = reader.placeOf(unit);
  const values: number[] = [];
  for (const { positions, buffers } of reader.read(tokens, range)) {
    for (let r = 0; r < positions.length; r++) {
      if (positions[r] >= 0) values.push(buffers[buffer][r * width + column]);
    }
  }
  return { from: range.from, text: String.fromCodePoint(...text.subarray(range.from, range.to)), values };
}
