// Writes documents as text: small objects indented, each array on one line, the same bytes for the same checkpoint.

import { writeWhole } from '../files/atomic-write.js';
import { userError } from '../files/system-errors.js';
import type { ModelShape } from '../model/shape.js';
import type { TrainingConfig } from '../options/training-options.js';
import { arrayGroups, product, requiredArrays } from './arrays.js';
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

/** Bytes of options, names and the first history entries. */
const SMALL_MEMBERS = 1500;
/** Bytes of an array, not counting its name and its data. */
const ARRAY_MEMBERS = 54;

/** Estimates the size of a run's checkpoint in bytes; its history adds a hundred for each validation. */
export function checkpointBytes(model: ModelShape, codePoints: readonly number[], config: TrainingConfig): number {
  const required = requiredArrays(model, config);
  // The best weights differ from the latest, and these from their average; other arrays are rarely present.
  const isValidated = config.data.validation > 0;
  const isAveraged = config.optimizer.ema > 0;
  const absent = [...(isValidated || isAveraged ? [] : ['latest']), ...(isValidated && isAveraged ? [] : ['average'])];
  const isPresent = (group: string): boolean => group !== 'best' && !absent.includes(group);
  const arrays = arrayGroups.filter(isPresent).flatMap((group) => required[group]);
  const base64 = (elements: number): number => 4 * Math.ceil((4 * elements) / 3);
  return arrays.reduce(
    (bytes, { name, shape }) => bytes + ARRAY_MEMBERS + name.length + base64(product(shape)),
    SMALL_MEMBERS + JSON.stringify(codePoints).length,
  );
}

/** Characters per write. */
const PIECE = 2 ** 18;

/**
 * Writes a checkpoint. Readers see either the old file or the new one, never a part, even after a crash or failure.
 * Links are kept and their targets replaced; anything but a regular file (a pipe, a device) is written directly.
 * @returns the size of the file
 * @throws CharrnnError in one line; the old file is untouched. Also thrown if the checkpoint could not be read back
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<{ bytes: number }> {
  try {
    const document = documentOf(checkpointOf(documentOf(checkpoint)));
    return await writeWhole(path, joined(documentPieces(document), PIECE));
  } catch (error) {
    throw userError(path, error);
  }
}
