import assert from 'node:assert/strict';
import { requiredArrays } from '../../src/checkpoint/arrays.js';
import { wasm } from '../../src/kernels/backend.js';
import { optimizers } from '../../src/options/training-options.js';
import { alone } from '../../src/parallel/team.js';
import { layOutTraining } from '../../src/training/step.js';
import { exampleConfig, smallShape } from './example.js';

describe('requiredArrays', () => {
  for (const optimizer of optimizers) {
    it(`requires the moments that ${optimizer} keeps and the states that the model carries`, () => {
      const { cell, layers, hidden } = smallShape;
      const options = exampleConfig({ cell, layers, hidden, optimizer, sequence: 7 });
      const { model, optimizer: own } = layOutTraining(smallShape, options, wasm, alone);
      const required = requiredArrays(smallShape, options);
      assert.deepEqual(
        required.moments,
        own.moments.flatMap((moment) =>
          moment.parameters.tensors.map(({ name, shape }) => ({ name, shape, isSquare: moment.name === 'v' })),
        ),
      );
      assert.deepEqual(
        required.carried.map(({ name }) => name),
        model.states.map(({ name }) => name),
      );
      assert.deepEqual(
        required.carried.map(({ shape }) => shape),
        model.states.map(({ initial }) => initial.shape),
      );
    });
  }
});
