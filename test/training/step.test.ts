import assert from 'node:assert/strict';
import { randomExamples, sampleTask } from '../../src/gradcheck/fixed-network.js';
import { wasm } from '../../src/kernels/backend.js';
import type { Tensor } from '../../src/kernels/kernels.js';
import { create } from '../../src/model/instance.js';
import { initialise } from '../../src/model/parameters.js';
import type { ModelShape } from '../../src/model/shape.js';
import { tasks } from '../../src/options/task-options.js';
import { cells } from '../../src/options/training-options.js';
import { alone } from '../../src/parallel/team.js';
import { randomBits } from '../../src/random.js';
import { batchesOfStep, type Material } from '../../src/training/material.js';
import { layOutTraining, TrainingProgram } from '../../src/training/step.js';
import { type Changes, configOf } from '../training-config.js';

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

describe('--accumulate', () => {
  const tokens = Uint8Array.from({ length: 400 }, (_, i) => randomBits([1, 2], i) % 9);
  const text: Material = { kind: 'text', training: tokens, validation: tokens.subarray(0, 0) };

  /** A program that changes no weight, at learning rate 0, and the gradient of its last step. */
  function programOf(shape: ModelShape, material: Material, changes: Changes) {
    const config = configOf({ learningRate: 0, optimizer: 'sgd', clipNorm: 0, ...changes });
    const layout = layOutTraining(shape, config, wasm, alone);
    const { worker, kernels } = create(layout);
    initialise(layout.model.weights, kernels, 1);
    const program = new TrainingProgram(layout, config, material, worker);
    const gradient = (): Float32Array => Float32Array.from(kernels.read(layout.model.gradients?.block as Tensor));
    return { program, gradient };
  }
  const near = (actual: ArrayLike<number>, expected: ArrayLike<number>): void => {
    const largest = Math.max(...Array.from(expected, Math.abs));
    Array.from(actual).forEach((x, i) => {
      assert.ok(Math.abs(x - expected[i]) < 1e-5 * largest, `${i}: ${x}, not ${expected[i]}`);
    });
  };

  for (const cell of cells) {
    it(`takes the mean of the gradients of so many windows, with the states carried (${cell})`, () => {
      const shape = { cell, layers: 2, hidden: 7, vocabulary: 9 };
      const changes = { batch: 4, sequence: 8, dropout: 0.3, weightDrop: 0 };
      const single = programOf(shape, text, changes);
      const double = programOf(shape, text, { ...changes, accumulate: 2 });
      assert.deepEqual([single.program.stepsPerEpoch, double.program.stepsPerEpoch], [12, 6]);
      for (let step = 1; step <= 7; step++) {
        const losses: number[] = [];
        const gradients: Float32Array[] = [];
        for (const window of [2 * step - 1, 2 * step]) {
          losses.push(single.program.step(window, 0).loss);
          gradients.push(single.gradient());
        }
        const { loss } = double.program.step(step, 0);
        near([loss], [(losses[0] + losses[1]) / 2]);
        near(
          double.gradient(),
          gradients[0].map((x, i) => (x + gradients[1][i]) / 2),
        );
      }
    });

    for (const name of tasks) {
      it(`takes three small batches for one large one, weights dropped (${cell}, ${name})`, () => {
        const shape = { cell, layers: 1, hidden: 7, vocabulary: 9, task: sampleTask(name) };
        const training = Int32Array.from({ length: 12 }, (_, i) => i);
        const examples = randomExamples(shape, 12, 6, 1);
        const parts = { training, validation: training.subarray(0, 0) };
        const material: Material = { kind: 'examples', examples, factors: undefined, ...parts };
        const changes = { sequence: 6, dropout: 0, weightDrop: 0.4 };
        const large = programOf(shape, material, { ...changes, batch: 12 });
        const small = programOf(shape, material, { ...changes, batch: 5, accumulate: 3 });
        near([small.program.step(1, 0).loss], [large.program.step(1, 0).loss]);
        near(small.gradient(), large.gradient());
        assert.equal(small.program.stepsPerEpoch, 1);
      });
    }
  }

  it('takes what is left at the end of an epoch, and begins the next with its first window', () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((step) => batchesOfStep(step, 5, { accumulate: 3 })),
      [
        { from: 0, to: 3 },
        { from: 3, to: 5 },
        { from: 5, to: 8 },
        { from: 8, to: 10 },
      ],
    );
  });
});
