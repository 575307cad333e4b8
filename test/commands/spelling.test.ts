import assert from 'node:assert/strict';
import fc from 'fast-check';
import { editDistance, nearest } from '../../src/commands/spelling.js';

describe('nearest', () => {
  it('finds a word despite a typo', () => {
    const words = ['hidden', 'batch', 'sequence', 'learning-rate'];
    for (const slip of ['hiden', 'hiddden', 'hiddne', 'hidfen']) assert.equal(nearest(slip, words), 'hidden');
    assert.equal(nearest('learningRate', words), 'learning-rate');
  });

  it('finds nothing for an unrelated word', () => {
    assert.equal(nearest('colour', ['hidden', 'batch']), undefined);
    assert.equal(nearest('x', ['quiet', 'json']), undefined);
  });
});

describe('editDistance', () => {
  it('counts a swap of neighbours as one', () => {
    assert.equal(editDistance('trian', 'train'), 1);
    assert.equal(editDistance('kitten', 'sitting'), 3);
  });

  it('is zero only for equal words, symmetric, and at most the length of the longer word', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        assert.equal(distance === 0, a === b);
        assert.equal(distance, editDistance(b, a));
        assert.ok(distance <= Math.max(a.length, b.length));
      }),
    );
  });
});
