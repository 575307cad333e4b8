import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { interrupted, shellQuoted } from '../../src/terminal/interrupt.js';

describe('shellQuoted', () => {
  it('is a word that a shell reads as it was', function () {
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

describe('interrupted', () => {
  it('tells what is saved and, where there is a file, what goes on', () => {
    assert.equal(interrupted(0), 'interrupted before the first step; nothing was saved');
    assert.equal(interrupted(1200), 'all 1,200 steps are saved');
    const words = ['train', 'a b.txt', '--resume', 'm.json'];
    assert.match(
      interrupted(3, { words, wantsText: false }),
      /^all 3 steps are saved; go on with: (node \S+|charrnn) train 'a b\.txt' --resume m\.json$/,
    );
    assert.match(interrupted(3, { words, wantsText: true }), /; go on with the same text on standard input: /);
  });
});
