import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { shellQuoted } from '../../src/commands/spelling.js';

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
