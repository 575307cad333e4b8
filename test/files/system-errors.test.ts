import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { Fault, readFault, sizedFault, userError } from '../../src/files/system-errors.js';

const systemError = (code: string): Error => Object.assign(new Error('system'), { code });

describe('userError', () => {
  it('returns one line about the path for every system error', () => {
    const said = {
      ENOENT: 'no such file; give another path',
      EISDIR: 'is a folder, not a file; give the path of a file in it',
      ENOTDIR: 'a part of this path is a file, not a folder; give another path',
      EACCES: 'permission denied; change the permissions of the file or of its folder, or give another path',
      EROFS: 'the file system is read-only; give another path',
      ENOSPC: 'no space left on the disk; make room, or give a path on another disk',
      EDQUOT: 'the disk quota is used up; make room, or give a path on another disk',
      EFBIG: 'the file is larger than its file system or ulimit -f allows; give a path on another disk',
      ELOOP: 'symbolic links form a loop; give another path',
      ENAMETOOLONG: 'the name is too long for this file system; give a shorter one',
      ENXIO: 'nothing reads or writes at the other end; give the path of a file',
      EPIPE: 'the reader stopped reading before the end; give the path of a file',
      EIO: 'the device reported a read or write error; give a path on another device',
      EBUSY: 'cannot be read or written (EBUSY); give another path',
    };
    for (const [code, fault] of Object.entries(said)) {
      assert.deepEqual(userError('m.json', systemError(code)), new CharrnnError(`m.json: ${fault}`));
    }
    const absent = userError('m.json', systemError('ENOENT'), 'give a checkpoint');
    assert.deepEqual(absent, new CharrnnError('m.json: no such file; give a checkpoint'));
    assert.deepEqual(userError('m.json', new Fault('is empty')), new CharrnnError('m.json: is empty'));
  });

  it('returns other errors unchanged', () => {
    for (const error of [new TypeError('bug'), systemError('ERR_INVALID_ARG_VALUE'), new CharrnnError('said')]) {
      assert.equal(userError('m.json', error), error);
    }
  });
});

describe('sizedFault', () => {
  it('says how much space is needed when there is too little', () => {
    const said = {
      ENOSPC: 'no space left on the disk (needs 1.5 kB); make room, or give a path on another disk',
      EDQUOT: 'the disk quota is used up (needs 1.5 kB); make room, or give a path on another disk',
      EFBIG: 'the file is larger than its file system or ulimit -f allows (needs 1.5 kB); give a path on another disk',
    };
    for (const [code, fault] of Object.entries(said)) {
      assert.deepEqual(sizedFault(systemError(code), 1500), new Fault(fault));
    }
    const other = systemError('EIO');
    assert.equal(sizedFault(other, 1500), other);
  });
});

describe('readFault', () => {
  it('returns one line about the file for an error of the file system', () => {
    const said = {
      ENOENT: 'no such file',
      EACCES: 'permission denied',
      EISDIR: 'is a folder, not a file',
      ELOOP: 'symbolic links form a loop',
      ENAMETOOLONG: 'the name is too long for this file system',
      ENXIO: 'nothing reads or writes at the other end',
      EMFILE: 'too many open files',
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
