import assert from 'node:assert/strict';
import { learningRate, limits, refuseCompleted } from '../../src/training/schedule.js';
import { type Changes, configOf } from '../training-config.js';

const constant = {
  name: 'constant',
  warmUp: 0,
  decayFactor: 0.5,
  decayEvery: 2,
  finalLearningRate: 0.1,
} as const;
const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-15, `${actual}`);

describe('learningRate', () => {
  it('stays the same when constant', () => {
    near(learningRate(0.8, constant, 1, 10, 0), 0.8);
    near(learningRate(0.8, constant, 1000, 10, 1), 0.8);
  });
  it('halves every two epochs when stepped', () => {
    const step = { ...constant, name: 'step' } as const;
    near(learningRate(0.8, step, 20, 10, 0), 0.8);
    near(learningRate(0.8, step, 21, 10, 0), 0.4);
    near(learningRate(0.8, step, 41, 10, 0), 0.2);
  });
  it('follows half a cosine to its final fraction', () => {
    const cosine = { ...constant, name: 'cosine' } as const;
    near(learningRate(0.8, cosine, 1, 10, 0), 0.8);
    near(learningRate(0.8, cosine, 1, 10, 0.5), 0.8 * 0.55);
    near(learningRate(0.8, cosine, 1, 10, 1), 0.08);
    near(learningRate(0.8, cosine, 1, 10, 1.2), 0.08);
  });
  it('rises from zero during the warm-up', () => {
    const warm = { ...constant, warmUp: 4 };
    for (const [step, share] of [0.25, 0.5, 0.75, 1, 1].entries())
      near(learningRate(0.8, warm, step + 1, 10, 0), 0.8 * share);
  });
});

const given = (changes: Pick<Changes, 'epochs' | 'steps' | 'minutes'>) => limits(configOf(changes).run, 40);

describe('limits', () => {
  it('applies all given limits, of which the first reached ends the run', () => {
    assert.deepEqual(given({ epochs: 2.5 }), { totalSteps: 100, totalSeconds: null });
    assert.deepEqual(given({ steps: 7 }), { totalSteps: 7, totalSeconds: null });
    assert.deepEqual(given({ epochs: 1, steps: 7 }), { totalSteps: 7, totalSeconds: null });
    assert.deepEqual(given({ minutes: 2 }), { totalSteps: null, totalSeconds: 120 });
    assert.deepEqual(given({ minutes: 2, epochs: 1 }), { totalSteps: 40, totalSeconds: 120 });
  });
  it('defaults to ten epochs, and allows at least one step', () => {
    assert.deepEqual(given({}), { totalSteps: 400, totalSeconds: null });
    assert.equal(given({ epochs: 0.001 }).totalSteps, 1);
  });
});

describe('refuseCompleted', () => {
  const remedy = 'to continue, give epochs, steps or minutes beyond that';
  const refuse = (seconds: number) => () =>
    refuseCompleted('m.json', { step: 1200, seconds }, { totalSteps: null, totalSeconds: 120 });

  it('refuses a run that has used up its time, and says how much that is', () => {
    const message = `m.json: its training is complete, 2.1 of 2 minutes; ${remedy}`;
    assert.throws(refuse(126), { message, exitCode: 2 });
    refuse(119)();
  });

  it('refuses a run that has taken all its steps, and says how many those are', () => {
    const message = `m.json: its training is complete, step 1,200 of 1,200; ${remedy}`;
    const totals = { totalSteps: 1200, totalSeconds: null };
    assert.throws(() => refuseCompleted('m.json', { step: 1200, seconds: null }, totals), { message, exitCode: 2 });
  });
});
