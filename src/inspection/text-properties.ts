// Properties that a text has at each character, which a unit may follow. Each describes the state after the character has
// been read, as the values of a unit do.

import type { propertyNames } from '../options/neuron-options.js';
import { CharacterClass, isOfClass } from '../text/character-classes.js';
import { bracketDepth, comments, quotations } from './enclosures.js';

/** A property of a text. */
export interface TextProperty {
  readonly name: string;
  /** Whether it is there or not (1 or 0), or a count. */
  readonly kind: 'binary' | 'count';
  /** Its value at each character; counts end at 65,535. */
  readonly values: Uint16Array;
}

export type PropertyName = (typeof propertyNames)[number];

interface Definition {
  readonly kind: TextProperty['kind'];
  /** What it says of a character. */
  readonly what: string;
  readonly of: (text: Uint32Array) => TextProperty['values'];
}

export const propertyDefinitions: Readonly<Record<PropertyName, Definition>> = {
  quotes: { kind: 'binary', what: 'inside quotation marks', of: quotations },
  parentheses: {
    kind: 'binary',
    what: 'inside ( )',
    of: (text) => Uint16Array.from(bracketDepth(text, '('), (depth) => Math.min(depth, 1)),
  },
  brackets: {
    kind: 'binary',
    what: 'inside ( ), [ ] or { }',
    of: (text) => Uint16Array.from(bracketDepth(text), (depth) => Math.min(depth, 1)),
  },
  depth: { kind: 'count', what: 'number of brackets that are open', of: bracketDepth },
  comments: { kind: 'binary', what: 'inside a comment: //, /* */, # or <!-- -->', of: comments },
  column: { kind: 'count', what: 'characters of the line so far', of: columns },
  'line-end': { kind: 'binary', what: 'at most five characters before the end of the line', of: lineEnds },
  indentation: { kind: 'count', what: 'spaces at the start of the line; a tab counts as four', of: indentation },
  capitals: { kind: 'binary', what: 'a capital letter', of: (text) => ofClass(text, CharacterClass.capital) },
  digits: { kind: 'binary', what: 'a digit', of: (text) => ofClass(text, CharacterClass.digit) },
  word: { kind: 'binary', what: 'inside a word', of: words },
  'word-length': { kind: 'count', what: 'characters of the word so far', of: wordLengths },
  speaker: { kind: 'binary', what: "in a speaker's name at the start of a paragraph", of: speakers },
};

/** The value of a property at each character of a text, which is given as code points. */
export function textProperty(name: PropertyName, text: Uint32Array): TextProperty {
  const { kind, of } = propertyDefinitions[name];
  return { name, kind, values: of(text) };
}

const MOST = 0xffff;
const [LINE_FEED, CARRIAGE_RETURN, TAB, SPACE, COLON] = [10, 13, 9, 32, 58];
const apostrophes = [0x27, 0x2019];

/** Whether a line ends at i: at a line feed, or a carriage return that none follows. */
const isLineEnd = (text: Uint32Array, i: number): boolean =>
  text[i] === LINE_FEED || (text[i] === CARRIAGE_RETURN && text[i + 1] !== LINE_FEED);

function columns(text: Uint32Array): Uint16Array {
  const values = new Uint16Array(text.length);
  for (let i = 0, column = 0; i < text.length; i++) {
    column = isLineEnd(text, i) ? 0 : column + 1;
    values[i] = Math.min(column, MOST);
  }
  return values;
}

/** Characters before the end of a line that are near it. */
const NEAR = 5;

function lineEnds(text: Uint32Array): Uint16Array {
  const values = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) if (isLineEnd(text, i)) values.fill(1, Math.max(0, i - NEAR), i);
  for (let i = 0; i < text.length; i++) if (isLineEnd(text, i)) values[i] = 0;
  return values;
}

function indentation(text: Uint32Array): Uint16Array {
  const values = new Uint16Array(text.length);
  let isIndent = true;
  for (let i = 0, now = 0; i < text.length; i++) {
    if (isLineEnd(text, i)) [now, isIndent] = [0, true];
    else if (text[i] !== SPACE && text[i] !== TAB) isIndent = false;
    else if (isIndent) now += text[i] === TAB ? 4 : 1;
    values[i] = Math.min(now, MOST);
  }
  return values;
}

function ofClass(text: Uint32Array, bits: number): Uint16Array {
  const values = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) values[i] = isOfClass(text[i], bits) ? 1 : 0;
  return values;
}

/** Letters, marks, digits and underscores, and apostrophes between them. */
function words(text: Uint32Array): Uint16Array {
  const isPart = (i: number): boolean => isOfClass(text[i], CharacterClass.word);
  const values = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) {
    values[i] = isPart(i) || (apostrophes.includes(text[i]) && isPart(i - 1) && isPart(i + 1)) ? 1 : 0;
  }
  return values;
}

function wordLengths(text: Uint32Array): Uint16Array {
  const inside = words(text);
  const values = new Uint16Array(text.length);
  for (let i = 0, length = 0; i < text.length; i++) {
    length = inside[i] ? length + 1 : 0;
    values[i] = Math.min(length, MOST);
  }
  return values;
}

/** The most characters of a speaker's name. */
const LONGEST_NAME = 40;
/** At most four words, the first of which has a capital. */
const NAME = /^[\p{Lu}\p{Lt}][\p{L}\p{M}\p{N}.'’-]*( [\p{L}\p{M}\p{N}.'’-]+){0,3}$/u;
const ONLY_CAPITALS = /^[^\p{Ll}]*\p{Lu}[^\p{Ll}]*\p{Lu}[^\p{Ll}]*$/u;

/** The name of a speaker begins a paragraph: it ends with a colon, or fills a line with capitals. */
function speakers(text: Uint32Array): Uint16Array {
  const values = new Uint16Array(text.length);
  let startsParagraph = true;
  for (let start = 0; start < text.length; ) {
    let end = start;
    while (end < text.length && !isLineEnd(text, end)) end++;
    if (startsParagraph) values.fill(1, start, start + nameLength(text.subarray(start, end)));
    startsParagraph = isBlank(text.subarray(start, end));
    start = end + 1;
  }
  return values;
}

function nameLength(line: Uint32Array): number {
  const colon = line.subarray(0, LONGEST_NAME + 1).indexOf(COLON);
  if (colon < 0 && line.length > LONGEST_NAME + 1) return 0;
  const name = String.fromCodePoint(...(colon < 0 ? line : line.subarray(0, colon))).trimEnd();
  if (!NAME.test(name) || (colon < 0 && !ONLY_CAPITALS.test(name))) return 0;
  return Array.from(name).length;
}

function isBlank(line: Uint32Array): boolean {
  return line.every((codePoint) => isOfClass(codePoint, CharacterClass.space));
}
