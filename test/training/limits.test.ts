import assert from 'node:assert/strict';
import { limits, refuseCompleted } from '../../src/training/schedule.js';
import { type Changes, configOf } from './harness.js';

const given = (changes: Pick<Changes, 'epochs' | 'steps' | 'minutes'>) => limits(configOf(changes).run, 40);

describe('limits', () => {
  it('takes the first of what is given', () => {
    assert.deepEqual(given({ epochs: 2.5 }), { totalSteps: 100, totalSeconds: null });
    assert.deepEqual(given({ steps: 7 }), { totalSteps: 7, totalSeconds: null });
    assert.deepEqual(given({ epochs: 1, steps: 7 }), { totalSteps: 7, totalSeconds: null });
    assert.deepEqual(given({ minutes: 2 }), { totalSteps: null, totalSeconds: 120 });
    assert.deepEqual(given({ minutes: 2, epochs: 1 }), { totalSteps: 40, totalSeconds: 120 });
  });
  it('takes ten epochs when nothing is given, and one step at least', () => {
    assert.deepEqual(given({}), { totalSteps: 400, totalSeconds: null });
    assert.equal(given({ epochs: 0.001 }).totalSteps, 1);
  });
});

describe('refuseCompleted', () => {
  const remedy = 'to continue, give epochs, steps or minutes beyond that';
  const refuse = (seconds: number) => () =>
    refuseCompleted('m.json', { step: 1200, seconds }, { totalSteps: null, totalSeconds: 120 });

  it('tells the time that a run was given and has had', () => {
    const message = `m.json: its training is complete, 2.1 of 2 minutes; ${remedy}`;
    assert.throws(refuse(126), { message, exitCode: 2 });
    refuse(119)();
  });

  it('tells the steps', () => {
    const message = `m.json: its training is complete, step 1,200 of 1,200; ${remedy}`;
    const totals = { totalSteps: 1200, totalSeconds: null };
    assert.throws(() => refuseCompleted('m.json', { step: 1200, seconds: null }, totals), { message, exitCode: 2 });
  });
});
