import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Speed, secondsLeft } from '../../src/training/speed.js';

describe('Speed', () => {
  it('ignores the time in which the process was stopped or the machine asleep', () => {
    let now = 0;
    const speed = new Speed(100, 6, () => now);
    const step = (seconds: number): void => {
      now += seconds;
      speed.step();
    };
    for (let i = 0; i < 20; i++) step(0.1);
    step(3600);
    for (let i = 0; i < 20; i++) step(0.1);
    assert.ok(
      Math.abs(speed.charactersPerSecond - 1000) < 1e-6 && Math.abs(speed.meanCharactersPerSecond - 1000) < 1e-6,
    );
    // A lasting slowdown is not a pause.
    for (let i = 0; i < 60; i++) step(2);
    assert.ok(Math.abs(speed.charactersPerSecond - 50) < 5, `${speed.charactersPerSecond}`);
  });

  it('counts the time of steps, not the time between them', () => {
    let now = 0;
    const speed = new Speed(100, 6, () => now);
    for (let i = 0; i < 5; i++) {
      now += 1000; // a validation
      speed.resume();
      now += 0.5;
      speed.step();
    }
    assert.equal(speed.charactersPerSecond, 200);
    assert.equal(speed.meanCharactersPerSecond, 200);
    assert.equal(speed.secondsPerStep, 0.5);
  });
  it('follows a change in speed', () => {
    let now = 0;
    const speed = new Speed(100, 6, () => now);
    for (let i = 0; i < 200; i++) {
      now += i < 100 ? 1 : 0.1;
      speed.step();
    }
    assert.ok(Math.abs(speed.charactersPerSecond - 1000) < 1);
  });

  it('estimates the time of a validation until one is measured, then takes the mean', async () => {
    let now = 0;
    const speed = new Speed(100, 6, () => now);
    now = 0.5;
    speed.step();
    assert.equal(speed.secondsPerValidation, 1);
    for (const seconds of [4, 8]) {
      const result = speed.validation(Promise.resolve(7));
      now += seconds;
      assert.equal(await result, 7);
    }
    assert.equal(speed.secondsPerValidation, 6);
  });
});

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
