// Writes documents as text: small objects indented, each array on one line, the same bytes for the same checkpoint.

import { base64Pieces } from './base64.js';
import type { Checkpoint } from './checkpoint.js';
import { checkpointOf, documentOf } from './validate.js';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Yields the text of a document in pieces, each much shorter than the longest string. */
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

/** Writes an object with one member per line. */
function* members(object: object, indent: string): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(object)) {
    yield `${before}\n${indent}  ${JSON.stringify(key)}: `;
    yield* pretty(value, `${indent}  `);
    before = ',';
  }
  yield before === '{' ? '{}' : `\n${indent}}`;
}

/** Writes an array of objects with one element per line. */
function* lines(elements: readonly unknown[], indent: string): Generator<string> {
  let before = '[';
  for (const element of elements) {
    yield `${before}\n${indent}  ${JSON.stringify(element)}`;
    before = ',';
  }
  yield `\n${indent}]`;
}

/** Writes an object whose last member is `data` on one line, with its numbers as base64. */
function* encoded(object: object, data: Float32Array): Generator<string> {
  yield `${JSON.stringify({ ...object, data: '' }).slice(0, -2)}`;
  yield* base64Pieces(data);
  yield '"}';
}

/** Joins small pieces up to at least `length` characters, to save system calls. */
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

/** Characters per piece. */
const PIECE = 2 ** 18;

/** The text of a checkpoint's file, in pieces. @throws Fault if it could not be read back */
export const checkpointText = (checkpoint: Checkpoint): Generator<string> =>
  joined(documentPieces(documentOf(checkpointOf(documentOf(checkpoint)))), PIECE);
