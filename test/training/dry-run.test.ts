import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTarget } from '../../src/kernels/native/processor.js';
import { planRun, secondsOf } from '../../src/training/dry-run.js';
import { temporaryFolder } from '../temporary-folder.js';
import { type Changes, configOf } from '../training-config.js';
import { requestOf } from './harness.js';

describe('planRun', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  it('reports the sizes and the time of a run, and writes nothing', async () => {
    const corpus = join(folder, 'corpus.txt');
    const output = join(folder, 'model.json');
    writeFileSync(corpus, 'abcdefghij'.repeat(101));
    const plan = await planRun({ ...requestOf(corpus, { hidden: 8, layers: 1, batch: 5, sequence: 9 }), output });
    assert.deepEqual(plan.corpus, { characters: 1010, training: 909, validation: 101 });
    assert.deepEqual(
      plan.groups.map(({ name, parameters }) => [name, parameters]),
      [
        ['layer0', 10 * 32 + 8 * 32 + 32],
        ['decoder', 8 * 10 + 10],
      ],
    );
    assert.equal(plan.model.parameters, 698);
    assert.equal(plan.run.stepsPerEpoch, 20);
    assert.equal(plan.run.steps, 200);
    assert.ok(plan.estimate.steps > 100 && plan.estimate.secondsPerStep < 0.1, JSON.stringify(plan.estimate));
    assert.ok(plan.estimate.secondsPerValidationWindow > 0);
    assert.equal(plan.run.backend, findTarget(false) ? 'native' : 'wasm');
    assert.equal(
      plan.memory.total,
      plan.memory.parts.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    assert.ok(!existsSync(output));
  });
});

describe('secondsOf', () => {
  const trial = { steps: 10, secondsPerStep: 2, secondsPerValidationWindow: 3 };
  const of = (changes: Changes, validation = 0): number => {
    const config = configOf({ batch: 1, sequence: 10, ...changes });
    const material = { kind: 'text', training: new Uint8Array(1000), validation: new Uint8Array(validation) } as const;
    return secondsOf({ parts: { training: 1000, validation }, config, resumed: undefined, material }, trial, 7);
  };

  it('is steps × seconds per step, plus the validations during the run and at its end', () => {
    assert.equal(of({ steps: 100 }), 200);
    // 21 predictions are three windows, read once per epoch of seven steps and once more at the end.
    assert.equal(of({ steps: 15 }, 22), 30 + 3 * 3 * 3);
    assert.equal(of({ steps: 15, validateEvery: 15 }, 22), 30 + 3 * 3);
  });

  it('never exceeds the given minutes', () => {
    assert.equal(of({ minutes: 2 }), 120);
    assert.equal(of({ minutes: 2, steps: 1000 }), 120);
    assert.equal(of({ minutes: 2, steps: 10 }), 20);
  });
});
