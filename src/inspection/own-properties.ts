// Properties of a text that its user defines: by a regular expression, or by a file that says where it is there.

import { runInNewContext } from 'node:vm';
import { CharrnnError, line, option } from '../errors.js';
import { formatCount, shownName } from '../format.js';
import { readText } from '../text/decode.js';
import type { TextProperty } from './text-properties.js';

/** Milliseconds in which all matches of a regular expression must be found. */
const PATIENCE = 10_000;

/** Code points that are turned into text at once. */
const PIECE = 8192;

/** Finds all matches: their starts and ends in turns, in UTF-16 units. Empty ones are left out. */
const SEARCH = `
const found = [];
for (const match of text.matchAll(new RegExp(pattern, 'gmu'))) {
  if (match[0].length > 0) found.push(match.index, match.index + match[0].length);
}
found;`;

/**
 * Returns the characters inside a match of a regular expression, in which ^ and $ also stand for the ends of a line. Some
 * patterns take exponential time, so the search is ended after ten seconds.
 *
 * @throws CharrnnError (exit code 2) if it is no regular expression, or takes too long
 */
export function regexProperty(pattern: string, text: Uint32Array, patience = PATIENCE): TextProperty {
  const name = `/${pattern}/`;
  try {
    new RegExp(pattern, 'gmu');
  } catch (error) {
    const fault = error instanceof Error ? error.message.replace(/^.*\/gmu: /, '') : '';
    throw new CharrnnError(line`${option('regex')} ${pattern}: not a regular expression: ${fault}; correct it`, 2);
  }
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += PIECE) pieces.push(String.fromCodePoint(...text.subarray(at, at + PIECE)));
  const limit = formatCount(patience / 1000);
  let places: readonly number[];
  try {
    places = runInNewContext(SEARCH, { text: pieces.join(''), pattern }, { timeout: patience });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    const fault = `no result on this text within ${limit} seconds`;
    throw new CharrnnError(line`${option('regex')} ${pattern}: ${fault}; give a pattern that tries fewer ways`, 2);
  }
  return { name, kind: 'binary', values: inCodePoints(places, text) };
}

/** The error is one of the other context, whose classes are its own. */
const isTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Marks code points by ranges in UTF-16 units, which are ascending. */
function inCodePoints(places: readonly number[], text: Uint32Array): Uint16Array {
  const values = new Uint16Array(text.length);
  for (let i = 0, unit = 0, next = 0; i < text.length && next < places.length; i++) {
    while (next < places.length && unit >= places[next + 1]) next += 2;
    if (next < places.length && unit >= places[next]) values[i] = 1;
    unit += text[i] > 0xffff ? 2 : 1;
  }
  return values;
}

/**
 * Reads a property from a file: a 0 or 1 for each character of the text; spaces and line ends between them do not count.
 * @param length characters of the text
 * @throws CharrnnError if it has something else in it, or another number
 */
export async function marksProperty(path: string, length: number): Promise<TextProperty> {
  const name = shownName(path);
  const digits = (await readText(path)).replace(/\s+/g, '');
  const stray = /[^01]/u.exec(digits)?.[0];
  if (stray !== undefined) {
    throw new CharrnnError(`${name}: has ${JSON.stringify(stray)}; give a 0 or 1 for each character of the text`);
  }
  if (digits.length !== length) {
    const [marks, characters] = [digits.length, length].map(formatCount);
    const fault = `${marks} marks for a text of ${characters} characters`;
    throw new CharrnnError(`${name}: ${fault}; give a 0 or 1 for each, also for line ends`);
  }
  return { name, kind: 'binary', values: Uint16Array.from(digits, Number) };
}
