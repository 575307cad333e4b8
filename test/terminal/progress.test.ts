import assert from 'node:assert/strict';
import { PlainProgress } from '../../src/terminal/progress.js';
import { finished, saved, started, stepAt, validation } from './events.js';

describe('PlainProgress', () => {
  let lines: string[];
  let time: number;
  let progress: PlainProgress;

  beforeEach(() => {
    lines = [];
    time = 0;
    progress = new PlainProgress(
      (line) => lines.push(line),
      () => time,
    );
  });

  it('shows the first step and then one every five seconds', () => {
    for (let step = 1; step <= 100; step++, time += 0.125) progress.show(stepAt(step));
    assert.deepEqual(
      lines.map((line) => /^step (\d+)/.exec(line)?.[1]),
      ['1', '41', '81'],
    );
  });

  it('shows every other event at once', () => {
    for (const event of [started, validation, saved, finished]) progress.show(event);
    assert.equal(lines.length, 4);
  });

  it('shows the total and the last validation with a step', () => {
    progress.show(started);
    progress.show(validation);
    progress.show(stepAt(7));
    assert.equal(
      lines[2],
      'step 7/2,000  loss 1.386 (2.000 bits)  epoch 0.07  2m 05s left  57,100 char/s  validation 1.500',
    );
  });
});
