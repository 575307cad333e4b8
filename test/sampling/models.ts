// Small checkpoints to sample from.

import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { parameterShapes, type Task } from '../../src/model/shape.js';
import type { CellName } from '../../src/options/training-options.js';
import { randomKey, uniform } from '../../src/random.js';

const codePointsOf = (characters: string): number[] => Array.from(characters, (c) => c.codePointAt(0) ?? 0);

/** A model of one zero layer, so that only its decoder bias counts: the last character is the likeliest. */
export function biased(characters: string): Checkpoint {
  const codePoints = codePointsOf(characters);
  const model = { cell: 'gru', layers: 1, hidden: 2, vocabulary: codePoints.length } as const;
  const parameters = parameterShapes(model).map(({ name, shape }) => {
    const values = new Float32Array(shape.reduce((size, length) => size * length));
    if (name === 'decoder.b') values.set([...codePoints.keys()]);
    return { name, shape, values };
  });
  return { model, vocabulary: { codePoints, unknown: false }, parameters };
}

/** A model of two layers with random weights, large enough that what it reads matters. */
export function random(characters: string, cell: CellName = 'lstm', task?: Task): Checkpoint {
  const codePoints = codePointsOf(characters);
  const model = { cell, layers: 2, hidden: 7, vocabulary: codePoints.length, ...(task && { task }) };
  const parameters = parameterShapes(model).map(({ name, shape }, p) => {
    const length = shape.reduce((size, length) => size * length);
    return { name, shape, values: Float32Array.from({ length }, (_, i) => 4 * uniform(randomKey(7, p), i) - 2) };
  });
  return { model, vocabulary: { codePoints, unknown: false }, parameters };
}

/** Random weights for a task, with lines that end: the line feed, the first character, is likelier than otherwise. */
export function forTask(task: Task, cell: CellName = 'rnn', characters = '\nabc'): Checkpoint {
  const checkpoint = random(characters, cell, task);
  for (const { name, values } of checkpoint.parameters) if (name === 'decoder.b') values[0] += ENDING;
  return checkpoint;
}
const ENDING = 2;

/** The parameters of a checkpoint by name. */
export const sourceOf =
  ({ parameters }: Pick<Checkpoint, 'parameters'>) =>
  (name: string): ArrayLike<number> =>
    parameters.find((array) => array.name === name)?.values ?? [];
