import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { rm, utimes, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { holderIn, inspect } from '../../src/files/lock.js';
import { thisProcess } from '../../src/files/processes.js';
import { temporaryFolder } from '../temporary-folder.js';

const holder = async () => ({ id: randomUUID(), ...(await thisProcess()), since: '2024-05-31T12:00:00.000Z' });

describe('holderIn', () => {
  it('reads the holder from a lock file', async () => {
    const own = await holder();
    assert.deepEqual(holderIn(JSON.stringify(own)), own);
  });

  it('finds no holder in a damaged file, whatever it contains', async () => {
    const own = await holder();
    const member = fc.constantFrom(...Object.keys(own));
    const wrong = fc.jsonValue().filter((value) => value !== null && typeof value !== 'string');
    fc.assert(
      fc.property(member, wrong, (name, value) => {
        fc.pre(name !== 'pid' || typeof value !== 'number' || value < 1);
        assert.equal(holderIn(JSON.stringify({ ...own, [name]: value })), undefined);
      }),
      { seed: 3 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => assert.equal(holderIn(text), undefined)),
      { seed: 4 },
    );
    // An id becomes part of a file name.
    for (const id of ['../../../../../../../../../../../etc/x', '']) {
      assert.equal(holderIn(JSON.stringify({ ...own, id })), undefined);
    }
  });
});

describe('inspect', () => {
  const { path, remove } = temporaryFolder();
  const file = path('lock');
  after(remove);

  it('distinguishes held locks from stale ones', async () => {
    const own = await holder();
    await writeFile(file, JSON.stringify(own));
    assert.deepEqual(await inspect(file), { id: own.id, state: 'held', holder: own });
    await writeFile(file, JSON.stringify({ ...own, pid: 2 ** 30 }));
    assert.deepEqual(await inspect(file), { id: own.id, state: 'stale' });
  });

  it('respects a lock of another host, whose processes it cannot see', async () => {
    const other = { ...(await holder()), host: 'elsewhere', pid: 2 ** 30 };
    await writeFile(file, JSON.stringify(other));
    assert.deepEqual(await inspect(file), { id: other.id, state: 'held', holder: other });
  });

  it('waits for an invalid file while it is young, and never confuses it with a later one', async () => {
    await writeFile(file, '');
    const young = await inspect(file);
    assert.equal(young.state, 'writing');
    for (const seconds of [-3600, 3600]) {
      const time = Date.now() / 1000 + seconds;
      await utimes(file, time, time);
      assert.equal((await inspect(file)).state, 'stale');
    }
    const old = await inspect(file);
    assert.deepEqual(await inspect(file), old);
    await rm(file);
    await writeFile(file, '{"id":');
    assert.notEqual((await inspect(file)).id, old.id);
  });
});
