import assert from 'node:assert/strict';
import { CharrnnError, textOf } from '../../src/errors.js';
import { wasm } from '../../src/kernels/backend.js';
import type { Machine } from '../../src/machine.js';
import { alone } from '../../src/parallel/team.js';
import { assertFits, planMemory } from '../../src/training/memory.js';
import { layOutTraining } from '../../src/training/step.js';
import { type Changes, configOf } from './harness.js';

const GIB = 2 ** 30;
const large: Machine = { total: 64 * GIB, available: 64 * GIB, heap: 4 * GIB, longestArray: 4 * GIB };

/** What is said about an lstm of 2 layers; nothing if it fits. */
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
  it('has nothing to say of the default model', () => assert.equal(said({}, {}), ''));

  it('names the largest part of a model beyond 4 GiB, and what to lower', () => {
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

  it('lets 4 GiB be, and no more', () => {
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

  it('refuses what the machine has not, in all: the corpus counts', () => {
    const message = said({}, { total: 8 * GIB }, 12 * GIB);
    assert.equal(
      message,
      'training needs 12.2 GiB, this machine has 8.0 GiB; the largest part is the corpus, 12.0 GiB: give a smaller one',
    );
  });

  it('gives notice of what is not free now', () => {
    const message = said({}, { available: 50e6 });
    assert.match(message, /^training needs \d+\.\d MiB, only 47\.7 MiB is free now: it may be slow, or be killed by/);
  });

  it('refuses more time steps than a thread of JavaScript can hold', () => {
    const message = said({ layers: 64, sequence: 65536, batch: 1, hidden: 1 }, {});
    assert.equal(
      message,
      'the time steps need 6.3 GiB of objects in each worker, JavaScript offers 4.0 GiB; lower sequence or layers',
    );
  });
});
