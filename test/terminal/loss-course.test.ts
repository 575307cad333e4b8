import assert from 'node:assert/strict';
import { LossCourse } from '../../src/terminal/loss-course.js';
import { stepAt, validation } from './events.js';

const style = { width: 60, unicode: false };

describe('LossCourse', () => {
  it('draws a small chart of all steps, however many, from the first loss to the last', () => {
    const course = new LossCourse();
    for (let step = 1; step <= 5000; step++) {
      course.add({ ...stepAt(step), loss: 1 + 3 * 0.999 ** step });
      if (step % 1000 === 0) course.add({ ...validation, step, loss: 1.5 });
    }
    const lines = course.lines(style);
    assert.equal(lines.length, 6 + 2 + 2);
    assert.match(lines[0], /^3\.9\d\d \|\*/);
    assert.match(lines[5], /^1\.0\d\d \|.*\*$/);
    assert.match(lines[7], /^ +\d\d +step +5,000$/);
    assert.match(lines[8], /\* training 1\.0/);
    assert.match(lines[9], /o validation 1\.500 /);
    for (const line of lines) assert.ok(line.length <= 60, line);
  });

  it('draws nothing of a run of few steps', () => {
    const course = new LossCourse();
    for (let step = 1; step <= 4; step++) course.add(stepAt(step));
    assert.deepEqual(course.lines(style), []);
    course.add(stepAt(5));
    assert.equal(course.lines(style).length, 9);
  });
});
