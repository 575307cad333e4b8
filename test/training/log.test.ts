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
  /** Steps with their number as loss and norm of the gradient, the even ones clipped. */
  const steps = (from: number, to: number): void => {
    for (let step = from; step <= to; step++) {
      log.onEvent({ ...stepAt(step), loss: step, gradientNorm: step, isClipped: step % 2 === 0 });
    }
  };
  const told = () => lines.map(({ step, loss, validationLoss }) => [step, loss, validationLoss]);

  it('has a line behind every so many steps, with means since the line before', () => {
    steps(1, 9);
    log.close();
    assert.deepEqual(told(), [
      [4, 2.5, null],
      [8, 6.5, null],
    ]);
    const { gradientNorm, clipped, bitsPerCharacter } = lines[0];
    assert.deepEqual([gradientNorm, clipped, bitsPerCharacter], [2.5, 0.5, 2.5 / Math.LN2]);
  });

  it('has a line behind every validation, and one alone where a step is due too', () => {
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

  it('keeps no line back when it is closed', () => {
    steps(1, 4);
    assert.equal(lines.length, 0);
    log.close();
    log.close();
    assert.equal(lines.length, 1);
  });
});
