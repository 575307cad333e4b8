import { createHash } from 'node:crypto';
import type { Checkpoint, NamedArray } from './checkpoint.js';

/**
 * The SHA-256 of what a checkpoint predicts with: shape, vocabulary and weights; not of how it was trained.
 * @param others arrays to include, such as optimizer moments
 */
export function modelDigest({ model, vocabulary, parameters }: Checkpoint, others: readonly NamedArray[] = []): Buffer {
  const { cell, layers, hidden, vocabulary: size } = model;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([cell, layers, hidden, size, vocabulary.unknown, vocabulary.codePoints]));
  for (const { name, values } of [...parameters, ...others]) {
    hash.update(JSON.stringify([name, values.length]));
    // In little-endian order, as everywhere in a checkpoint.
    const bytes = Buffer.alloc(4 * values.length);
    for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 4 * i);
    hash.update(bytes);
  }
  return hash.digest();
}
