import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { readFault } from '../../src/files/system-errors.js';
import { shownName, someOf } from '../../src/format.js';

const systemError = (code: string): Error => Object.assign(new Error('system'), { code });

describe('readFault', () => {
  it('returns one line about the file for an error of the file system', () => {
    const said = {
      ENOENT: 'no such file',
      EACCES: 'permission denied',
      EISDIR: 'is a folder, not a file',
      ELOOP: 'symbolic links that lead in a circle',
      ENAMETOOLONG: 'the name is too long for this file system',
      ENXIO: 'nothing reads or writes at the other end',
      EMFILE: 'too many files are open',
      EIO: 'the device reported a read or write error',
      ESTALE: 'cannot be read or written (ESTALE)',
    };
    for (const [code, fault] of Object.entries(said)) {
      assert.deepEqual(readFault('a.txt', systemError(code)), new CharrnnError(`a.txt: ${fault}`));
    }
  });
  it('returns other errors unchanged', () => {
    for (const error of [new TypeError('bug'), systemError('ERR_INVALID_ARG_VALUE'), new CharrnnError('said')]) {
      assert.equal(readFault('a.txt', error), error);
    }
  });
});

describe('shownName', () => {
  it('stays on one line and is never empty', () => {
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
