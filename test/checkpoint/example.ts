// A small checkpoint for tests.

import { product, requiredArrays } from '../../src/checkpoint/arrays.js';
import type { Checkpoint, NamedArray } from '../../src/checkpoint/checkpoint.js';
import type { TensorShape } from '../../src/kernels/kernels.js';
import type { ModelShape } from '../../src/model/shape.js';
import { defaults, type TrainingConfig } from '../../src/options/training-options.js';
import { type Changes, configOf } from '../training-config.js';

/** Returns the i-th number of an array. */
export type Fill = (i: number, name: string) => number;

const cosine: Fill = (i, name) => (name.startsWith('v.') ? 1 + Math.cos(i) : Math.cos(i));

const arrays = (shapes: readonly TensorShape[], fill: Fill): NamedArray[] =>
  shapes.map(({ name, shape }) => ({
    name,
    shape,
    values: Float32Array.from({ length: product(shape) }, (_, i) => fill(i, name)),
  }));

/** All sizes are distinct: L, H, V, N = 2, 3, 4, 5. */
export const smallShape: ModelShape = { cell: 'gru', layers: 2, hidden: 3, vocabulary: 4 };

/** The defaults with batch 5 and these changes, by option key. */
export const exampleConfig = (changes: Changes = {}): TrainingConfig => configOf({ batch: 5, ...changes });

export function example(model = smallShape, optimizer = defaults.optimizer.name, fill = cosine): Checkpoint {
  const { cell, layers, hidden } = model;
  const config = exampleConfig({ cell, layers, hidden, optimizer });
  const required = requiredArrays(model, config);
  return {
    model,
    vocabulary: {
      unknown: true,
      codePoints: Array.from({ length: model.vocabulary - 1 }, (_, i) => (i < 2 ? [10, 97][i] : 0x1f600 + i)),
    },
    parameters: arrays(required.parameters, fill),
    training: {
      config,
      corpus: { sha256: '0123456789abcdef'.repeat(4), characters: 1234 },
      totalSteps: 100,
      step: 40,
      bestValidationLoss: 1.5,
      moments: arrays(required.moments, fill),
      carried: arrays(required.carried, fill),
      history: [
        { step: 20, epoch: 0.5, loss: 2.1, validationLoss: null },
        { step: 40, epoch: 1, loss: 1.7, validationLoss: 1.5 },
      ],
      recent: { sum: 3.25, count: 2 },
      seconds: null,
    },
  };
}

/** The same, for sampling only. */
export function exampleWithoutTraining(): Checkpoint {
  const { model, vocabulary, parameters } = example();
  return { model, vocabulary, parameters };
}

/** The bits of an array in hexadecimal, so that -0 is not 0. */
export const bits = (x: Float32Array): string => Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString('hex');
