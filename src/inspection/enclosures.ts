// Where a text is inside quotation marks, brackets or a comment. A property describes the state after a character has
// been read: the opening mark is inside, the closing one is not. All functions take code points and linear time.

import { CharacterClass, isOfClass } from '../text/character-classes.js';

const code = (character: string): number => character.codePointAt(0) ?? 0;
const [LINE_FEED, BACKSLASH, APOSTROPHE, CURLY_APOSTROPHE] = ['\n', '\\', "'", '’'].map(code);

/** Marks that open a quotation, those that close it, and whether one without an end lasts to the end of its paragraph. */
const quotationMarks: ReadonlyMap<number, { readonly closing: readonly number[]; readonly lasts: boolean }> = new Map(
  (
    [
      ['"', '"', true],
      ['“', '”', true],
      ['„', '“”', true],
      ['«', '»', true],
      ["'", "'", false],
      ['‘', '’', false],
      ['`', '`', false],
    ] as const
  ).map(([opening, closing, lasts]) => [code(opening), { closing: Array.from(closing, code), lasts }]),
);

/**
 * 1 inside quotation marks, straight or curly, also over several lines. A quotation ends at the latest with its
 * paragraph: speech that goes on after a blank line opens again. An apostrophe is none, and neither is a single mark that
 * nothing closes.
 */
export function quotations(text: Uint32Array): Uint16Array {
  const inside = new Uint16Array(text.length);
  for (let from = 0; from < text.length; ) {
    const to = paragraphEnd(text, from);
    markQuotations(text, from, to, inside);
    from = to;
  }
  return inside;
}

/** The end of the paragraph that begins at `from`: after the blank line that ends it. */
function paragraphEnd(text: Uint32Array, from: number): number {
  let isBlank = false;
  for (let i = from; i < text.length; i++) {
    if (text[i] === LINE_FEED) {
      if (isBlank) return i + 1;
      isBlank = true;
    } else if (!isOfClass(text[i], CharacterClass.space)) isBlank = false;
  }
  return text.length;
}

function markQuotations(text: Uint32Array, from: number, to: number, inside: Uint16Array): void {
  /** Opening marks that nothing closes any more. */
  const hopeless = new Set<number>();
  for (let i = from; i < to; i++) {
    const opening = text[i];
    const mark = quotationMarks.get(opening);
    if (!mark || !canOpen(text, i)) continue;
    let end = -1;
    if (!hopeless.has(opening)) {
      for (let j = i + 1; j < to && end < 0; j++) if (mark.closing.includes(text[j]) && canClose(text, j)) end = j;
      if (end < 0) hopeless.add(opening);
    }
    if (end < 0 && !mark.lasts) continue;
    if (end < 0) end = to;
    inside.fill(1, i, end);
    i = end;
  }
}

function canOpen(text: Uint32Array, i: number): boolean {
  if (text[i - 1] === BACKSLASH) return false;
  if (text[i] !== APOSTROPHE) return true;
  return !isOfClass(text[i - 1], CharacterClass.word) && !isOfClass(text[i + 1], CharacterClass.space);
}

function canClose(text: Uint32Array, i: number): boolean {
  if (text[i - 1] === BACKSLASH && text[i - 2] !== BACKSLASH) return false;
  if (text[i] !== APOSTROPHE && text[i] !== CURLY_APOSTROPHE) return true;
  return !isOfClass(text[i - 1], CharacterClass.space) && !isOfClass(text[i + 1], CharacterClass.word);
}

/** Whether `word` stands at place i. */
function stands(text: Uint32Array, i: number, word: string): boolean {
  for (let k = 0; k < word.length; k++) if (text[i + k] !== word.charCodeAt(k)) return false;
  return true;
}

/** Comments that have an end of their own. */
const blockComments = [
  ['/*', '*/'],
  ['<!--', '-->'],
] as const;

/**
 * 1 inside a comment: from // or a # at the start of a word to the end of the line, or between marks. The // of an
 * address (https://) starts none.
 */
export function comments(text: Uint32Array): Uint16Array {
  const inside = new Uint16Array(text.length);
  const hopeless = new Set<string>();
  for (let i = 0; i < text.length; i++) {
    if (startsLineComment(text, i)) {
      let end = text.indexOf(LINE_FEED, i);
      if (end < 0) end = text.length;
      inside.fill(1, stands(text, i, '//') ? i + 1 : i, end);
      i = end;
      continue;
    }
    const block = blockComments.find(([opening]) => stands(text, i, opening));
    if (!block || hopeless.has(block[0])) continue;
    const [opening, closing] = block;
    const start = i + opening.length;
    let last = start;
    while (last < text.length && !stands(text, last, closing)) last++;
    if (last >= text.length) hopeless.add(opening);
    else {
      inside.fill(1, start - 1, last + closing.length - 1);
      i = last + closing.length - 1;
    }
  }
  return inside;
}

function startsLineComment(text: Uint32Array, i: number): boolean {
  if (stands(text, i, '//')) return text[i - 1] !== code(':');
  if (text[i] !== code('#')) return false;
  const startsWord = i === 0 || isOfClass(text[i - 1], CharacterClass.space);
  return startsWord && (stands(text, i, '#!') || isOfClass(text[i + 1], CharacterClass.space));
}

const openingBrackets = Array.from('([{', code);
const closingBrackets = Array.from(')]}', code);

/**
 * How many brackets are open, of the kinds in `kinds` (some of `([{`). Only brackets with a partner count: a bracket is
 * the partner of the nearest open one of its kind, and those that are open between them have none.
 */
export function bracketDepth(text: Uint32Array, kinds = '([{'): Uint16Array {
  const change = new Int8Array(text.length);
  const open: { readonly at: number; readonly kind: number }[] = [];
  const counts = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const opened = openingBrackets.indexOf(text[i]);
    if (opened >= 0) {
      open.push({ at: i, kind: opened });
      counts[opened]++;
      continue;
    }
    const kind = closingBrackets.indexOf(text[i]);
    if (kind < 0 || counts[kind] === 0) continue;
    for (let last = open.pop(); last; last = open.pop()) {
      counts[last.kind]--;
      if (last.kind !== kind) continue;
      if (kinds.includes('([{'.charAt(kind))) {
        change[last.at] = 1;
        change[i] = -1;
      }
      break;
    }
  }
  const depth = new Uint16Array(text.length);
  for (let i = 0, now = 0; i < text.length; i++) {
    now += change[i];
    depth[i] = Math.min(now, 0xffff);
  }
  return depth;
}
