import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backendsByName, wasm } from '../../src/kernels/backend.js';
import { createMemory } from '../../src/kernels/wasm.js';
import { create } from '../../src/model/instance.js';
import { initialise } from '../../src/model/parameters.js';
import { backends, cells } from '../../src/options/training-options.js';
import { alone } from '../../src/parallel/team.js';
import { planMemory } from '../../src/training/memory.js';
import { layOutTraining, TrainingProgram } from '../../src/training/step.js';
import { configOf } from './harness.js';

const shape = { cell: 'lstm', layers: 2, hidden: 128, vocabulary: 65 } as const;
const config = configOf({ dropout: 0.1 });
const alonePlan = { threads: 1, corpusBytes: 1000, isValidated: false, loadedBytes: 0, samplerBytes: 0 };

describe('planMemory', () => {
  it('is what is allocated, to a page of 64 KiB', () => {
    const layout = layOutTraining(shape, config, wasm, alone);
    const { buffer } = createMemory(layout.plan);
    const { sharedBytes } = planMemory(layout, alonePlan);
    assert.ok(buffer.byteLength >= sharedBytes && buffer.byteLength < sharedBytes + 65536);
  });

  it('counts parameters, gradients and moments alike', () => {
    const { shared } = planMemory(layOutTraining(shape, config, wasm, alone), alonePlan);
    const [parameters, gradients, moments] = shared.map(({ bytes }) => bytes);
    const count = 65 * 512 + 3 * 128 * 512 + 2 * 512 + 128 * 65 + 65;
    assert.ok(parameters >= 4 * count && parameters < 4 * count + 64 * 8, `${parameters}`);
    assert.deepEqual([gradients, moments], [parameters, 2 * parameters]);
  });

  it('gives every tensor of the plan to one part, and to the right one', () => {
    const { batch: N, sequence: T } = config.data;
    const { shared } = planMemory(layOutTraining(shape, config, wasm, alone), alonePlan);
    const bytes = Object.fromEntries(shared.map((part) => [part.name, part.bytes]));
    // a, h, c, tanhC, dropped.
    assert.equal(bytes.activations, 2 * 4 * 128 * N * (4 * T + (T + 1) + (T + 1) + T + T));
    assert.equal(bytes.logits, 4 * T * N * 65);
    assert.equal(bytes['batches and losses'], 3 * 4 * T * N);
    // Wh and its transpose of both layers, Wx of the upper one, the decoder with 65 columns in panels of 16.
    assert.equal(bytes['packed weights'], 4 * (6 * 128 * 512 + 128 * 80 + 65 * 128));
    const dh = 4 * T * N * 128;
    const scratch = 4 * 256 * (128 + 512);
    // h and c of two layers: their gradients, and a place to put them aside.
    const states = 2 * 4 * 4 * N * 128;
    const norms = Math.ceil(bytes.parameters / 4 / 4096) * 4;
    const gaps = bytes['working space'] - dh - scratch - states - norms;
    assert.ok(gaps >= 0 && gaps < 64 * 20, `${gaps}`);
  });

  it('adds up, whatever the model', () => {
    const size = fc.integer({ min: 1, max: 300 });
    const sizes = fc.record({ layers: fc.integer({ min: 1, max: 64 }), hidden: size, vocabulary: size });
    const window = fc.record({ batch: size, sequence: size, threads: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(
        sizes,
        window,
        fc.constantFrom(...cells),
        fc.constantFrom(...backends),
        (model, run, cell, backend) => {
          const { batch, sequence, threads } = run;
          const team = { ...alone, size: threads };
          const all = configOf({ dropout: 0.1, batch, sequence });
          const layout = layOutTraining({ ...model, cell }, all, backendsByName[backend], team);
          const plan = planMemory(layout, {
            threads,
            corpusBytes: 12,
            isValidated: false,
            loadedBytes: 0,
            samplerBytes: 5,
          });
          const total = [...plan.shared, ...plan.other].reduce((sum, { bytes }) => sum + bytes, 0);
          assert.equal(plan.totalBytes, total);
          assert.ok([...plan.shared, ...plan.other].every(({ bytes }) => bytes >= 0));
          assert.equal(plan.sharedBytes, 64 + 4 * (layout.plan.size + 16));
        },
      ),
      { seed: 1, numRuns: 30 },
    );
  });

  it('lays out the largest model that can be asked for within a second, and makes no object for a time step', () => {
    const most = { layers: 64, hidden: 16384, vocabulary: 0x110000 };
    const before = process.memoryUsage().heapUsed;
    const start = performance.now();
    for (const cell of cells) {
      const layout = layOutTraining(
        { ...most, cell },
        configOf({ dropout: 0.1, batch: 65536, sequence: 65536 }),
        wasm,
        alone,
      );
      assert.ok(planMemory(layout, alonePlan).totalBytes > 1e16);
    }
    assert.ok(performance.now() - start < 1000);
    // 64 · 65,536 steps would be gigabytes.
    assert.ok(process.memoryUsage().heapUsed - before < 50e6);
  });
});

describe('a training step', () => {
  for (const cell of cells) {
    it(`allocates no array of numbers after the first (${cell})`, () => {
      const small = configOf({ dropout: 0.1, batch: 5, sequence: 7 });
      const layout = layOutTraining({ ...shape, cell, hidden: 20 }, small, wasm, alone);
      const { worker, kernels } = create(layout);
      initialise(layout.model.weights, kernels, 1);
      const tokens = Uint8Array.from({ length: 500 }, (_, i) => i % 65);
      const program = new TrainingProgram(layout, small, tokens, tokens, worker);
      program.step(1, 0);
      const before = process.memoryUsage().arrayBuffers;
      for (let step = 2; step < 500; step++) program.step(step, 0);
      // One array of the batch (5·7·4 bytes) a step would be 70 KB, one of the parameters 8 MB.
      const grown = process.memoryUsage().arrayBuffers - before;
      assert.ok(grown < 16_384, `${grown} bytes`);
    });
  }
});
