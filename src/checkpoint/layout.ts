// The text of a document: small objects indented, each array on one line, the same bytes for the same checkpoint.

import { base64Pieces } from './base64.js';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The text of a document in pieces, each much shorter than a string can be. */
export function* documentPieces(document: object): Generator<string> {
  yield* pretty(document, '');
  yield '\n';
}

function* pretty(value: unknown, indent: string): Generator<string> {
  if (!isObject(value)) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* isObject(value[0]) ? lines(value, indent) : [JSON.stringify(value)];
  else if ('data' in value) yield* encoded(value, value.data as Float32Array);
  else yield* members(value, indent);
}

/** An object, one member a line. */
function* members(object: object, indent: string): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    yield `${before}\n${indent}  ${JSON.stringify(key)}: `;
    yield* pretty(value, `${indent}  `);
    before = ',';
  }
  yield before === '{' ? '{}' : `\n${indent}}`;
}

/** An array of objects, one element a line. */
function* lines(elements: readonly unknown[], indent: string): Generator<string> {
  let before = '[';
  for (const element of elements) {
    yield `${before}\n${indent}  ${JSON.stringify(element)}`;
    before = ',';
  }
  yield `\n${indent}]`;
}

/** An object whose last member is `data`, on one line, its numbers as base64. */
function* encoded(object: object, data: Float32Array): Generator<string> {
  yield `${JSON.stringify({ ...object, data: '' }).slice(0, -2)}`;
  yield* base64Pieces(data);
  yield '"}';
}

/** Joins small pieces, so that each costs a system call only when it is worth one. */
export function* joined(pieces: Iterable<string>, length: number): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < length) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
