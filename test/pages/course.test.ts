import assert from 'node:assert/strict';
import { appended, joined, smoothed } from '../../src/pages/browser/curves.js';
import { courseOfHistory, courseOfLog, isLogOf } from '../../src/pages/course.js';
import { logLine } from './log-line.js';

describe('the course of a run', () => {
  it('is that of its log, in columns', () => {
    const course = courseOfLog([logLine(10), logLine(20, { validationLoss: 2.5 })], 50, 'a log');
    assert.deepEqual(
      [course.step, course.epoch, course.loss],
      [
        [10, 20],
        [1, 2],
        [2.9, 2.8],
      ],
    );
    assert.deepEqual(
      [course.validationLoss, course.gradientNorm, course.clipped],
      [
        [null, 2.5],
        [10, 20],
        [0.25, 0.25],
      ],
    );
    assert.deepEqual([course.charactersPerStep, course.source], [50, 'a log']);
  });

  it('is that of its history, which has losses alone', () => {
    const course = courseOfHistory([{ step: 5, epoch: 0.5, loss: 1.23456789, validationLoss: 2 }], null, '');
    assert.deepEqual([course.loss, course.validationLoss, course.learningRate], [[1.23457], [2], [null]]);
  });

  it('keeps the last line of steps that a continued run repeats', () => {
    const course = courseOfLog(
      [logLine(10), logLine(20), logLine(30), logLine(20, { loss: 1 }), logLine(30, { loss: 0.5 })],
      null,
      '',
    );
    assert.deepEqual(
      [course.step, course.loss],
      [
        [10, 20, 30],
        [2.9, 1, 0.5],
      ],
    );
  });

  it('merges the lines of a long log without losing a mean or a validation', () => {
    const lines = Array.from({ length: 1000 }, (_, i) =>
      logLine(i + 1, { gradientNorm: i, ...(i === 501 && { validationLoss: 7 }) }),
    );
    const { step, gradientNorm, validationLoss } = courseOfLog(lines, null, '', 100);
    assert.deepEqual([step.length, step[0], step[99]], [100, 10, 1000]);
    assert.deepEqual([gradientNorm[0], gradientNorm[99]], [4.5, 994.5]);
    assert.deepEqual(
      validationLoss.filter((value) => value !== null),
      [7],
    );
  });

  it('belongs to the checkpoint that has its validations', () => {
    const history = [{ step: 20, epoch: 2, loss: 9, validationLoss: 2.5 }];
    assert.ok(isLogOf([logLine(10), logLine(20, { validationLoss: 2.5 })], history));
    assert.ok(!isLogOf([logLine(20, { validationLoss: 2.6 })], history));
    assert.ok(!isLogOf([logLine(20)], history) && !isLogOf([], history));
    assert.ok(isLogOf([logLine(20)], [{ step: 20, epoch: 2, loss: 2.8, validationLoss: null }]));
  });
});

describe('new lines of a log', () => {
  const first = courseOfLog([logLine(10), logLine(20)], null, 'log');

  it('follow those before', () => {
    const both = appended(first, courseOfLog([logLine(30)], null, 'log'));
    assert.deepEqual(both, courseOfLog([logLine(10), logLine(20), logLine(30)], null, 'log'));
    assert.equal(appended(first, courseOfLog([], null, 'log')), first);
  });

  it('replace those that they repeat', () => {
    assert.deepEqual(appended(first, courseOfLog([logLine(20, { loss: 1 })], null, 'log')).loss, [2.9, 1]);
    assert.deepEqual(appended(first, courseOfLog([logLine(5)], null, 'log')).step, [5]);
  });
});

describe('smoothing', () => {
  it('is the weighted mean of what came so far, and skips gaps', () => {
    const values = [4, null, 2, 8];
    const mean = (...pairs: readonly (readonly [value: number, age: number])[]): number => {
      const weights = pairs.map(([, age]) => 0.5 ** age);
      return pairs.reduce((sum, [value], i) => sum + value * weights[i], 0) / weights.reduce((a, b) => a + b);
    };
    const found = smoothed(values, 0.5);
    const expected = [4, null, mean([2, 0], [4, 1]), mean([8, 0], [2, 1], [4, 2])];
    found.forEach((value, i) => {
      const other = expected[i];
      assert.ok(value === other || Math.abs((value ?? Number.NaN) - (other ?? Number.NaN)) < 1e-12);
    });
    assert.deepEqual(smoothed(values, 0), values);
  });

  it('joins curves of different steps', () => {
    const { x, columns } = joined([
      { x: [1, 3], y: [10, 30] },
      { x: [2, 3], y: [null, 5] },
    ]);
    assert.deepEqual(
      [x, columns],
      [
        [1, 2, 3],
        [
          [10, undefined, 30],
          [undefined, undefined, 5],
        ],
      ],
    );
  });
});
