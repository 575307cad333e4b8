import assert from 'node:assert/strict';
import { type LogLine, TrainingLog } from '../../src/training/log.js';
import { stepAt, validation } from '../terminal/events.js';

describe('TrainingLog', () => {
  let lines: LogLine[];
  let log: TrainingLog;
  beforeEach(() => {
    lines = [];
    log = new TrainingLog(4, (line) => lines.push(line));
  });
  /** Logs steps whose loss and gradient norm are their number; the even ones are clipped. */
  const steps = (from: number, to: number): void => {
    for (let step = from; step <= to; step++) {
      log.onEvent({ ...stepAt(step), loss: step, gradientNorm: step, isClipped: step % 2 === 0 });
    }
  };
  const told = () => lines.map(({ step, loss, validationLoss }) => [step, loss, validationLoss]);

  it('writes a line every 4 steps, with means since the previous line', () => {
    steps(1, 9);
    log.close();
    assert.deepEqual(told(), [
      [4, 2.5, null],
      [8, 6.5, null],
    ]);
    const { gradientNorm, clipped, bitsPerCharacter } = lines[0];
    assert.deepEqual([gradientNorm, clipped, bitsPerCharacter], [2.5, 0.5, 2.5 / Math.LN2]);
  });

  it('writes a line after every validation, and only one where a regular line is due too', () => {
    steps(1, 3);
    log.onEvent({ ...validation, step: 3, loss: 1.25 });
    steps(4, 8);
    log.onEvent({ ...validation, step: 8, loss: 1.5 });
    log.close();
    assert.deepEqual(told(), [
      [3, 2, 1.25],
      [4, 4, null],
      [8, 6.5, 1.5],
    ]);
  });

  it('writes the pending line when it is closed', () => {
    steps(1, 4);
    assert.equal(lines.length, 0);
    log.close();
    log.close();
    assert.equal(lines.length, 1);
  });
});
