import assert from 'node:assert/strict';
import { wasm } from '../../src/kernels/backend.js';
import { createMemory } from '../../src/kernels/wasm.js';
import { initialise } from '../../src/model/initialise.js';
import { alone } from '../../src/model/team.js';
import { cells, type TrainingOptions, trainingOptions } from '../../src/options.js';
import { layOutTraining } from '../../src/training/layout.js';
import { planMemory } from '../../src/training/memory.js';
import { TrainingProgram } from '../../src/training/program.js';
import { defaultsOf } from '../options-defaults.js';

const shape = { cell: 'lstm', layers: 2, hidden: 128, vocabulary: 65 } as const;
const options = { ...defaultsOf(trainingOptions), dropout: 0.1 } as TrainingOptions;

describe('planMemory', () => {
  it('is what is allocated, to a page of 64 KiB', () => {
    const layout = layOutTraining(shape, options, wasm, alone);
    const { buffer } = createMemory(layout.plan);
    const { total } = planMemory(layout);
    assert.ok(buffer.byteLength >= total && buffer.byteLength < total + 65536);
  });
  it('counts parameters, gradients and moments alike', () => {
    const { parameters, gradients, moments } = planMemory(layOutTraining(shape, options, wasm, alone));
    const count = 65 * 512 + 3 * 128 * 512 + 2 * 512 + 128 * 65 + 65;
    assert.ok(parameters >= 4 * count && parameters < 4 * count + 64 * 8, `${parameters}`);
    assert.deepEqual([gradients, moments], [parameters, 2 * parameters]);
  });
});

describe('a training step', () => {
  for (const cell of cells) {
    it(`allocates no array of numbers after the first (${cell})`, () => {
      const small = { ...options, batch: 5, sequence: 7 };
      const layout = layOutTraining({ ...shape, cell, hidden: 20 }, small, wasm, alone);
      const kernels = wasm.create(layout.plan);
      initialise(layout.model, kernels, 1);
      const tokens = Uint8Array.from({ length: 500 }, (_, i) => i % 65);
      const program = new TrainingProgram(layout, small, tokens, tokens, kernels, alone);
      program.step(1, 0);
      const before = process.memoryUsage().arrayBuffers;
      for (let step = 2; step < 500; step++) program.step(step, 0);
      // One array of the batch (5·7·4 bytes) a step would be 70 KB, one of the parameters 8 MB.
      const grown = process.memoryUsage().arrayBuffers - before;
      assert.ok(grown < 16_384, `${grown} bytes`);
    });
  }
});
