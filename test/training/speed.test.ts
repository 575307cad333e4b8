import assert from 'node:assert/strict';
import { Speed } from '../../src/training/speed.js';

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
