import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { shellQuoted, trainingCommand } from '../../src/commands/spelling.js';
import { editDistance, nearest } from '../../src/format.js';
import { exampleConfig } from '../checkpoint/example.js';

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

describe('shellQuoted', () => {
  it('returns a word that a shell reads back unchanged', function () {
    if (process.platform === 'win32') this.skip();
    const words = fc.sample(fc.string({ unit: fc.constantFrom(...'ab-~$`"\'\\ *?[]{}()!#&;|<>=%^,:/.é\n') }), {
      seed: 1,
      numRuns: 200,
    });
    const all = ['', ...words];
    const shown = execFileSync('sh', ['-c', `printf '%s\\0' ${all.map(shellQuoted).join(' ')}`], { encoding: 'utf8' });
    assert.deepEqual(shown.split('\0').slice(0, -1), all);
  });

  it('leaves a plain word alone', () => assert.equal(shellQuoted('a/b-1.txt'), 'a/b-1.txt'));
});

describe('trainingCommand', () => {
  it('has exactly the options that differ from the defaults', () => {
    const config = exampleConfig({ batch: 5, learningRate: 1e-9, steps: 7, encoding: 'latin1' });
    const others = ['--batch', '5', '--steps', '7', '--learning-rate', '1e-9', '--encoding', 'latin1'];
    assert.deepEqual(trainingCommand(config), ['train', 'CORPUS', ...others]);
  });
});
