import assert from 'node:assert/strict';
import { learningRate } from '../../src/training/schedule.js';

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
