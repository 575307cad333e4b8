import assert from 'node:assert/strict';
import { agreementOf } from '../../src/answering/confusion.js';
import { exampleLines } from '../../src/terminal/task-reports.js';

describe('the report on examples', () => {
  const reportOf = (labels: string[], truth: string[], answers: number[], width: number): string[] =>
    exampleLines(
      { task: 'label', examples: truth.length, unknown: 3, nats: null, ...agreementOf(labels, truth, answers) },
      width,
    );

  it('has a matrix of true labels and answers, with control characters made visible', () => {
    assert.deepEqual(reportOf(['a\u001b', 'b'], ['a\u001b', 'a\u001b', 'b', 'x'], [0, 1, 1, 1], 80), [
      'examples  accuracy  macro-F1  nats  unknown',
      '       4    0.5000    0.3889     -        3',
      '',
      'label \\ answer  a\\u{1b}  b  precision  recall      F1',
      'a\\u{1b}               1  1     1.0000  0.5000  0.6667',
      'b                     0  1     0.3333  1.0000  0.5000',
      'x                     0  1          -  0.0000  0.0000',
    ]);
  });

  it('lists the labels and the largest confusions when the matrix is too wide', () => {
    const labels = Array.from({ length: 30 }, (_, i) => `label-${i}`);
    const truth = Array.from({ length: 300 }, (_, i) => labels[i % 30]);
    const answers = truth.map((_, i) => (i % 7 === 0 && i < 200 ? (i + 1) % 30 : i % 30));
    const lines = reportOf(labels, truth, answers, 80);
    assert.ok(lines.every((line) => line.length <= 80));
    assert.match(lines[3], /^label +examples +answers +precision +recall +F1$/);
    assert.equal(lines[34], '');
    assert.match(lines[35], /^label +wrong answer +count$/);
    assert.equal(lines.length, 46);
    const wide = reportOf(labels, truth, answers, 1000);
    assert.equal(wide.length, 3 + 31);
  });

  it('has no list of confusions when all answers are right', () => {
    assert.equal(reportOf(['a', 'b'], ['a', 'b'], [0, 1], 10).length, 6);
  });

  it('shows what is known of a model that writes', () => {
    const figures = { nats: 1, bits: Math.LOG2E, perplexity: Math.E };
    const measured = { task: 'translate', examples: 2, unknown: 0, predictions: 1234, exact: 0.5, ...figures } as const;
    assert.deepEqual(exampleLines(measured, 80), [
      'examples  predicted  unknown    nats    bits  perplexity   exact',
      '       2      1,234        0  1.0000  1.4427       2.718  0.5000',
    ]);
    assert.deepEqual(exampleLines({ ...measured, characterErrorRate: 0.125 }, 80), [
      'examples  predicted  unknown    nats    bits  perplexity   exact  character errors',
      '       2      1,234        0  1.0000  1.4427       2.718  0.5000            0.1250',
    ]);
  });
});
