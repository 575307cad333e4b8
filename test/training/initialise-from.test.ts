// The arrays of the checkpoint that a run starts from: counted as memory, and released once they are in the engine.

import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { originOf } from '../../src/training/initialise-from.js';
import { TrainingFolder, type Trial } from './harness.js';

const TEXT = 'the quick brown fox jumps over the lazy dog; what a day. '.repeat(16);
/** About 150,000 parameters: 600 kB. */
const sizes = { layers: 1, hidden: 180, batch: 2, sequence: 10 };

describe('the checkpoint that a run starts from', () => {
  const files = new TrainingFolder();
  after(() => files.remove());

  it('is counted as memory: only the parameters for initFrom, all arrays for resume', async () => {
    const path = await files.train(TEXT, { ...sizes, steps: 6, validateEvery: 4 });
    const corpus = `${files.folder}/corpus.txt`;
    const { parameters, training } = await loadCheckpoint(path);
    const bytes = (arrays: typeof parameters = []): number =>
      arrays.reduce((sum, { values }) => sum + values.byteLength, 0);
    assert.equal((await originOf({ corpus })).loadedBytes, 0);
    assert.equal((await originOf({ corpus, initFrom: path })).loadedBytes, bytes(parameters));
    const { latest, best, average, moments, carried } = training ?? assert.fail();
    const all = [parameters, latest, best, average, moments, carried].reduce((sum, group) => sum + bytes(group), 0);
    assert.ok(all > 3 * bytes(parameters));
    assert.equal((await originOf({ corpus, resume: path })).loadedBytes, all);
  });

  it('is released once the run has started', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    let held = 0;
    const measure = (origin: Trial['origin'], output?: string) =>
      files.train(TEXT, origin?.resume ? { steps: 20 } : { ...sizes, steps: 10 }, {
        ...(origin && { origin }),
        ...(output && { output }),
        onEvent: (event) => {
          if (event.event !== 'step' || event.step % 10 !== 5) return;
          // Arrays are freed in parallel with the collection that finds them, and at the latest by the next one.
          collect();
          collect();
          held = process.memoryUsage().arrayBuffers;
        },
      });
    const path = await measure({});
    const before = held;
    await measure({ resume: path }, path);
    // The weights alone are 600 kB, all arrays 2.4 MB.
    assert.ok(held - before < 300_000, `${held - before} bytes more than in a new run`);
  });
});
