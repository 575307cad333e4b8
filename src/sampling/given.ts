// What the states of a describing model begin from: a label, or vectors.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { requirePurpose } from '../checkpoint/purpose.js';
import { CharrnnError, line, option } from '../errors.js';
import { formatCount, nearest, someOf } from '../format.js';
import type { Vectors } from '../text/vector-files.js';

/** A label, or vectors, for each of which texts are written in order. */
export type Given = string | Omit<Vectors, 'count'>;

/** What the texts begin from. */
export interface Beginnings {
  /** Number of vectors; 1 for a label, and for a model that is given nothing. */
  readonly count: number;
  /** The vector (F) of this number from 0; undefined if the states begin with zero. */
  vector(row: number): Float32Array | undefined;
  /** What was given, as other programs may read it: the label, or the number of the vector from 1. */
  name(row: number): string | number | undefined;
}

/** Labels that a message lists. */
const LISTED = 8;

/**
 * Returns what texts begin from.
 * @throws CharrnnError (exit code 2) when the model writes no texts, or what is given does not suit it
 */
export function beginningsOf(checkpoint: Pick<Checkpoint, 'model'>, given: Given | undefined): Beginnings {
  requirePurpose(checkpoint, 'text', 'describe');
  const { task } = checkpoint.model;
  const shown = line`${option('given')} ${typeof given === 'string' ? given : 'vectors'}`;
  if (!task) {
    if (given !== undefined) refuse(line`${shown}: the model continues texts and is given nothing; leave it out`);
    return { count: 1, vector: () => undefined, name: () => undefined };
  }
  const { labels = [], features } = task;
  if (features !== undefined) {
    const needed = `vectors of ${formatCount(features)} numbers`;
    if (given === undefined) {
      return refuse(line`the model describes vectors; give ${option('given')} and a file with ${needed}`);
    }
    if (typeof given === 'string') return refuse(line`${shown}: the model describes vectors; give ${needed}`);
    const { width, values } = given;
    if (width !== features) {
      return refuse(line`${option('given')}: vectors of ${formatCount(width)} numbers, but the model needs ${needed}`);
    }
    return {
      count: values.length / width,
      vector: (row) => values.subarray(row * width, (row + 1) * width),
      name: (row) => row + 1,
    };
  }
  const known = `one of ${someOf(labels, LISTED)}`;
  if (given === undefined) return refuse(line`the model describes labels; give ${option('given')} and ${known}`);
  if (typeof given !== 'string') return refuse(line`${shown}: the model describes labels; give ${known}`);
  const index = labels.indexOf(given);
  if (index < 0) {
    const meant = nearest(given, labels);
    return refuse(line`${shown}: must be ${known}${meant === undefined ? '' : `; did you mean ${meant}?`}`);
  }
  const vector = new Float32Array(labels.length);
  vector[index] = 1;
  return { count: 1, vector: () => vector, name: () => given };
}

function refuse(message: ReturnType<typeof line>): never {
  throw new CharrnnError(message, 2);
}
