import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { readFault, shownName, someOf } from '../../src/text/faults.js';

const systemError = (code: string): Error => Object.assign(new Error('system'), { code });

describe('readFault', () => {
  it('is one line about the file for an error of the file system', () => {
    assert.deepEqual(readFault('a.txt', systemError('ENOENT')), new CharrnnError('a.txt: no such file'));
    assert.deepEqual(readFault('a.txt', systemError('EACCES')), new CharrnnError('a.txt: permission denied'));
    assert.deepEqual(readFault('a.txt', systemError('ESTALE')), new CharrnnError('a.txt: cannot be read (ESTALE)'));
  });
  it('leaves other errors as they are', () => {
    for (const error of [new TypeError('bug'), systemError('ERR_INVALID_ARG_VALUE'), new CharrnnError('said')]) {
      assert.equal(readFault('a.txt', error), error);
    }
  });
});

describe('shownName', () => {
  it('stays on one line and is never nothing', () => {
    assert.equal(shownName('a\nb\x1b.txt'), 'a\\nb\\u{1b}.txt');
    assert.equal(shownName(''), "''");
  });
});

describe('someOf', () => {
  it('counts what it leaves out', () => {
    assert.equal(someOf(['a', 'b'], 2), 'a, b');
    assert.equal(someOf(['a', 'b', 'c', 'd'], 2), 'a, b and 2 more');
  });
});
