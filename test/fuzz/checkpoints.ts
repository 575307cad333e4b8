// Checkpoints from untrusted sources: valid ones with changes, read in any chunks.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { arrayGroups, requiredArrays } from '../../src/checkpoint/arrays.js';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { documentPieces } from '../../src/checkpoint/checkpoint-text.js';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { readCheckpoint } from '../../src/checkpoint/read-stream.js';
import { documentOf } from '../../src/checkpoint/validate.js';
import { CharrnnError } from '../../src/errors.js';
import { sample } from '../../src/sampling/sample.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { example } from '../checkpoint/example.js';
import { temporaryFolder } from '../temporary-folder.js';
import { atOnce, inChunks, mutateBytes } from './bytes.js';
import type { Target } from './cases.js';
import type { Dice } from './dice.js';
import { mutateDocument } from './documents.js';

const written = (checkpoint: Checkpoint): Buffer => Buffer.from([...documentPieces(documentOf(checkpoint))].join(''));

const trained = [
  example({ cell: 'rnn', layers: 1, hidden: 3, vocabulary: 4 }, 'sgd'),
  example({ cell: 'lstm', layers: 1, hidden: 2, vocabulary: 5 }, 'adam'),
  example({ cell: 'gru', layers: 2, hidden: 3, vocabulary: 4 }, 'rmsprop'),
];
/** The same with more than one set of weights, as after `ema` and a validation. */
const manifold = trained.slice(1).map((checkpoint): Checkpoint => {
  const { parameters, training } = checkpoint;
  return training
    ? { ...checkpoint, training: { ...training, latest: parameters, best: parameters, average: parameters } }
    : checkpoint;
});
/** The same without the training part and the unknown symbol. */
const forSampling = trained.map(({ model, parameters }): Checkpoint => {
  const codePoints = Array.from({ length: model.vocabulary }, (_, i) => [10, 97, 0xe9, 0x4e00, 0x1f600][i]);
  return { model, vocabulary: { unknown: false, codePoints }, parameters };
});
/** Small valid checkpoints: every cell, with and without training, with and without the unknown symbol. */
const valid = [...trained, ...manifold, ...forSampling].map(written);

function make(dice: Dice): Buffer {
  let bytes: Buffer = dice.pick(valid);
  if (dice.oneIn(200)) return bytes;
  const kind = dice.below(10);
  if (kind < 6) bytes = Buffer.from(mutateDocument(bytes.toString(), dice));
  if (kind > 4)
    for (let changes = dice.between(1, 4); changes > 0; changes--) bytes = mutateBytes(bytes, dice, dice.pick(valid));
  return bytes;
}

/** The checkpoint, or the error that refuses it. */
async function outcomeOf(reading: Promise<Checkpoint>): Promise<Checkpoint | CharrnnError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CharrnnError && error.exitCode === 1) return error;
    throw error;
  }
}

const same = (a: Checkpoint | CharrnnError, b: Checkpoint | CharrnnError): boolean =>
  a instanceof CharrnnError || b instanceof CharrnnError
    ? a instanceof CharrnnError && b instanceof CharrnnError && a.message === b.message
    : isDeepStrictEqual(a, b);

async function check(bytes: Buffer, dice: Dice): Promise<string> {
  const outcome = await outcomeOf(readCheckpoint('case', atOnce(bytes), bytes.length));
  if (dice.oneIn(2)) {
    const size = dice.pick([0, bytes.length]);
    const again = await outcomeOf(readCheckpoint('case', inChunks(bytes, dice), size));
    assert.ok(same(again, outcome), `in chunks: ${again}, at once: ${outcome}`);
  }
  if (dice.oneIn(100)) await checkFile(bytes, outcome);
  if (outcome instanceof CharrnnError) throw outcome;
  checkValues(outcome);
  const rewritten = await readCheckpoint('case', atOnce(written(outcome)));
  // A zero outside the arrays is written without its sign.
  assert.equal(written(rewritten).compare(written(outcome)), 0, 'it changes when it is written and read again');
  return dice.oneIn(4) ? checkSample(outcome) : 'accepted';
}

/** Checks that a checkpoint is consistent: all arrays are present and finite, and the vocabulary is of characters. */
function checkValues({ model, vocabulary, parameters, training }: Checkpoint): void {
  const required = requiredArrays(model, training?.config);
  const groups = { moments: [], carried: [], ...training, parameters };
  for (const group of arrayGroups) {
    const arrays = groups[group];
    if (!arrays) continue; // weights that are not kept twice
    const found = arrays.map(({ name, shape }) => ({ name, shape }));
    assert.deepEqual(
      found,
      required[group].map(({ name, shape }) => ({ name, shape })),
    );
    for (const { name, values } of arrays) assert.ok(values.every(Number.isFinite), `${group} ${name} is not finite`);
  }
  const text = vocabulary.codePoints.map((codePoint) => String.fromCodePoint(codePoint));
  assert.equal(text.length + (vocabulary.unknown ? 1 : 0), model.vocabulary);
  assert.ok(
    new Set(text).size === text.length && !/\p{Cs}/u.test(text.join(' ')),
    `the characters ${vocabulary.codePoints}`,
  );
}

/** Checks that a file is read like a stream. */
async function checkFile(bytes: Buffer, outcome: Checkpoint | CharrnnError): Promise<void> {
  const { folder, remove } = temporaryFolder();
  const path = join(folder, 'case.json');
  try {
    writeFileSync(path, bytes);
    const found = await outcomeOf(loadCheckpoint(path));
    const named = found instanceof CharrnnError ? new CharrnnError(found.message.replace(path, 'case')) : found;
    assert.ok(same(named, outcome), `from a file: ${named}, from memory: ${outcome}`);
  } finally {
    remove();
  }
}

/** Checks that an accepted checkpoint can be sampled. Finite weights may still be too large to compute with. */
async function checkSample(checkpoint: Checkpoint): Promise<string> {
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const known = new Set(Array.from({ length: vocabulary.size }, (_, i) => vocabulary.characterOf(i)));
  let length = 0;
  try {
    for await (const character of sample(checkpoint, { length: 5, temperature: 1, prime: '', seed: 1 })) {
      assert.ok(known.has(character), `sampled ${JSON.stringify(character)}`);
      length++;
    }
  } catch (error) {
    if (error instanceof CharrnnError && error.message.startsWith("the model's output is "))
      return 'accepted, output not finite';
    throw error;
  }
  assert.equal(length, 5);
  return 'accepted, sampled';
}

export const checkpoints: Target<Buffer> = {
  name: 'checkpoints',
  isQuoted: false,
  make,
  check,
  bytes: (input) => input,
};
