import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CharrnnError, textOf } from '../../src/errors.js';
import { backendsByName, wasm } from '../../src/kernels/backend.js';
import { createMemory } from '../../src/kernels/wasm.js';
import type { Machine } from '../../src/machine.js';
import { backends, cells } from '../../src/options/training-options.js';
import { alone } from '../../src/parallel/team.js';
import { assertFits, planMemory } from '../../src/training/memory.js';
import { layOutTraining } from '../../src/training/step.js';
import { type Changes, configOf } from '../training-config.js';

const shape = { cell: 'lstm', layers: 2, hidden: 128, vocabulary: 65 } as const;
const config = configOf({ dropout: 0.1 });
const alonePlan = { threads: 1, corpusBytes: 1000, isValidated: false, loadedBytes: 0, samplerBytes: 0 };

describe('planMemory', () => {
  it('equals what is allocated, to within a page of 64 KiB', () => {
    const layout = layOutTraining(shape, config, wasm, alone);
    const { buffer } = createMemory(layout.plan);
    const { sharedBytes } = planMemory(layout, alonePlan);
    assert.ok(buffer.byteLength >= sharedBytes && buffer.byteLength < sharedBytes + 65536);
  });

  it('counts parameters, gradients and moments', () => {
    const { shared } = planMemory(layOutTraining(shape, config, wasm, alone), alonePlan);
    const [parameters, gradients, moments] = shared.map(({ bytes }) => bytes);
    const count = 65 * 512 + 3 * 128 * 512 + 2 * 512 + 128 * 65 + 65;
    assert.ok(parameters >= 4 * count && parameters < 4 * count + 64 * 8, `${parameters}`);
    assert.deepEqual([gradients, moments], [parameters, 2 * parameters]);
  });

  it('assigns every tensor of the plan to the right part', () => {
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
    // h and c of two layers: their gradients, and a place to stash them.
    const states = 2 * 4 * 4 * N * 128;
    const norms = Math.ceil(bytes.parameters / 4 / 4096) * 4;
    const gaps = bytes['working space'] - dh - scratch - states - norms;
    assert.ok(gaps >= 0 && gaps < 64 * 20, `${gaps}`);
  });

  it('adds up for any model', () => {
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

  it('lays out the largest allowed model within a second, without creating an object per time step', () => {
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

const GIB = 2 ** 30;
const large: Machine = { total: 64 * GIB, available: 64 * GIB, heap: 4 * GIB, longestArray: 4 * GIB };

/** The message about an lstm of 2 layers; empty if it fits. */
function said(changes: Changes, machine: Partial<Machine>, corpusBytes = 1e6, vocabulary = 65): string {
  const config = configOf(changes);
  const { cell, layers, hidden } = config.model;
  const layout = layOutTraining({ cell, layers, hidden, vocabulary }, config, wasm, { ...alone, size: 2 });
  let notice = '';
  try {
    const memory = planMemory(layout, { threads: 2, corpusBytes, isValidated: false, loadedBytes: 0, samplerBytes: 0 });
    assertFits(memory, { ...large, ...machine }, (message) => {
      notice += textOf(message);
    });
  } catch (error) {
    assert.ok(error instanceof CharrnnError && error.exitCode === 1, String(error));
    return error.message;
  }
  return notice;
}

describe('assertFits', () => {
  it('accepts the default model silently', () => assert.equal(said({}, {}), ''));

  it('names the largest part of a model over 4 GiB, and what to lower', () => {
    const start = /^the model needs \d+\.\d GiB, WebAssembly offers 4\.0 GiB; the largest part is /;
    for (const [changes, vocabulary, end] of [
      [{ batch: 1000, sequence: 1000 }, 65, /activations, \d\.\d GiB: lower batch, sequence, hidden or layers$/],
      [{ batch: 1000, sequence: 200, hidden: 8 }, 20_000, /logits, 15.0 GiB: lower batch or sequence, or raise/],
      [{ hidden: 8000, batch: 1 }, 65, /optimizer moments, 5\.\d GiB: lower hidden or layers$/],
      [{ hidden: 8000, batch: 1, optimizer: 'rmsprop' }, 65, /packed weights, 5.8 GiB: lower hidden/],
    ] as const) {
      const message = said(changes, {}, 1e6, vocabulary);
      assert.match(message, start);
      assert.match(message, end);
    }
  });

  it('accepts exactly 4 GiB, and no more', () => {
    const shape = { cell: 'lstm', layers: 1, hidden: 128, vocabulary: 65 } as const;
    const plan = planMemory(layOutTraining(shape, configOf({ layers: 1 }), wasm, alone), {
      threads: 1,
      corpusBytes: 0,
      isValidated: false,
      loadedBytes: 0,
      samplerBytes: 0,
    });
    assertFits({ ...plan, sharedBytes: 4 * GIB }, large, () => {});
    assert.throws(() => assertFits({ ...plan, sharedBytes: 4 * GIB + 1 }, large, () => {}), /needs 4\.1 GiB/);
  });

  it('refuses a total beyond the memory of the machine, including the corpus', () => {
    const message = said({}, { total: 8 * GIB }, 12 * GIB);
    assert.equal(
      message,
      'training needs 12.2 GiB, this machine has 8.0 GiB; the largest part is the corpus, 12.0 GiB: give a smaller one',
    );
  });

  it('gives notice when the memory is not free now', () => {
    const message = said({}, { available: 50e6 });
    assert.match(message, /^training needs \d+\.\d MiB, only 47\.7 MiB is free now: it may be slow, or be killed by/);
  });

  it('refuses more time steps than a JavaScript thread can hold', () => {
    const message = said({ layers: 64, sequence: 65536, batch: 1, hidden: 1 }, {});
    assert.equal(
      message,
      'the time steps need 6.3 GiB of objects in each worker, JavaScript offers 4.0 GiB; lower sequence or layers',
    );
  });
});
