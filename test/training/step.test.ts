import assert from 'node:assert/strict';
import { wasm } from '../../src/kernels/backend.js';
import { create } from '../../src/model/instance.js';
import { initialise } from '../../src/model/parameters.js';
import { cells } from '../../src/options/training-options.js';
import { alone } from '../../src/parallel/team.js';
import { layOutTraining, TrainingProgram } from '../../src/training/step.js';
import { configOf } from '../training-config.js';

describe('a training step', () => {
  for (const cell of cells) {
    it(`allocates no typed array after the first one (${cell})`, () => {
      const small = configOf({ dropout: 0.1, batch: 5, sequence: 7 });
      const layout = layOutTraining({ cell, layers: 2, hidden: 20, vocabulary: 65 }, small, wasm, alone);
      const { worker, kernels } = create(layout);
      initialise(layout.model.weights, kernels, 1);
      const tokens = Uint8Array.from({ length: 500 }, (_, i) => i % 65);
      const program = new TrainingProgram(
        layout,
        small,
        { kind: 'text', training: tokens, validation: tokens },
        worker,
      );
      program.step(1, 0);
      const before = process.memoryUsage().arrayBuffers;
      for (let step = 2; step < 500; step++) program.step(step, 0);
      // One array of the batch (5·7·4 bytes) a step would be 70 KB, one of the parameters 8 MB.
      const grown = process.memoryUsage().arrayBuffers - before;
      assert.ok(grown < 16_384, `${grown} bytes`);
    });
  }
});
