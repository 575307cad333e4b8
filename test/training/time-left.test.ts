import assert from 'node:assert/strict';
import fc from 'fast-check';
import { secondsLeft } from '../../src/training/speed.js';

const run = {
  ...{ totalSteps: 25, totalSeconds: null, step: 1, seconds: 0 },
  ...{ validateEvery: 10, secondsPerStep: 1, secondsPerValidation: 100 },
};

describe('secondsLeft', () => {
  it('counts every validation to come in the order of a run', () => {
    const small = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(small, small, small, (totalSteps, validateEvery, n) => {
        const step = 1 + (n % totalSteps);
        let expected = 0;
        for (let s = step; s <= totalSteps; s++) {
          if (s > step) expected += 1;
          if (s % validateEvery === 0 || s === totalSteps) expected += 100;
        }
        assert.equal(secondsLeft({ ...run, totalSteps, validateEvery, step }), expected);
      }),
      { seed: 8 },
    );
  });

  it('counts only steps when nothing is held out', () => {
    assert.equal(secondsLeft({ ...run, validateEvery: null }), 24);
  });

  it('is the shorter of steps and minutes plus the final validation, and null without a limit', () => {
    assert.equal(secondsLeft({ ...run, totalSeconds: 60, seconds: 20 }), 140);
    assert.equal(secondsLeft({ ...run, totalSteps: null, totalSeconds: 60, seconds: 70 }), 100);
    assert.equal(secondsLeft({ ...run, totalSteps: null }), null);
  });
});
