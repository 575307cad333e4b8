import assert from 'node:assert/strict';
import { agreementOf, largestConfusions } from '../../src/answering/confusion.js';
import { characterErrorRate, levenshtein } from '../../src/answering/translation-errors.js';

describe('the agreement of answers with true labels', () => {
  const labels = ['a', 'b', 'c', 'd'];
  const truth = ['a', 'a', 'a', 'b', 'b', 'c', 'x', 'a'];
  const answers = [0, 0, 1, 1, 1, 0, 1, 1];

  it('has accuracy, precision, recall and F1 as scikit-learn defines them', () => {
    // f1_score(truth, answers, average="macro") is the mean over the labels that occur in either.
    const { accuracy, macroF1, labels: figures, confusion, unseen } = agreementOf(labels, truth, answers);
    assert.equal(accuracy, 4 / 8);
    assert.ok(Math.abs(macroF1 - (4 / 7 + 4 / 7) / 4) < 1e-15);
    assert.deepEqual(figures, [
      { label: 'a', examples: 4, answers: 3, precision: 2 / 3, recall: 0.5, f1: 4 / 7 },
      { label: 'b', examples: 2, answers: 5, precision: 0.4, recall: 1, f1: 4 / 7 },
      { label: 'c', examples: 1, answers: 0, precision: null, recall: 0, f1: 0 },
      { label: 'd', examples: 0, answers: 0, precision: null, recall: null, f1: null },
      { label: 'x', examples: 1, answers: 0, precision: null, recall: 0, f1: 0 },
    ]);
    assert.deepEqual(confusion, [
      [2, 2, 0, 0],
      [0, 2, 0, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
    assert.deepEqual(unseen, ['x']);
  });

  it('lists the most frequent confusions first', () => {
    const agreement = agreementOf(labels, truth, answers);
    assert.deepEqual(largestConfusions(agreement, 2), [
      { label: 'a', answer: 'b', count: 2 },
      { label: 'c', answer: 'a', count: 1 },
    ]);
    assert.equal(largestConfusions(agreement, 9).length, 3);
  });
});

describe('the errors of translations', () => {
  it('are insertions, deletions and replacements of characters', () => {
    for (const [a, b, distance] of [
      ['', '', 0],
      ['abc', '', 3],
      ['', 'ab', 2],
      ['kitten', 'sitting', 3],
      ['ab', 'ba', 2],
      ['😀a', 'a', 1],
    ] as const) {
      assert.equal(levenshtein([...a], [...b]), distance, `${a} ${b}`);
    }
  });

  it('are counted by the characters of the targets', () => {
    assert.equal(characterErrorRate(['abcd', '😀x', 'ok'], ['abd', 'x', 'ok']), 2 / 8);
    assert.equal(characterErrorRate([''], ['']), null);
  });
});
