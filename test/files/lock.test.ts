import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import promises, { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { hostname } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CharrnnError } from '../../src/errors.js';
import { holderIn, inspect, lock } from '../../src/files/lock.js';
import { thisProcess } from '../../src/files/processes.js';
import { temporaryFolder } from '../temporary-folder.js';
import { type Taker, takers } from './takers.js';

const today = /since \d\d:\d\d:\d\d;/;

describe('lock', () => {
  let folder: string;
  let path: string;
  let file: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
    path = join(folder, 'model.json');
    file = join(folder, '.model.json.lock');
  });
  afterEach(() => remove());

  const refusal = async (of = path): Promise<string> => {
    const error = await lock(of).then(
      () => assert.fail('the lock was taken twice'),
      (reason) => reason,
    );
    assert.ok(error instanceof CharrnnError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  };

  /** The lock file of a process that is gone. */
  const stale = (changes: object = {}) =>
    JSON.stringify({
      ...{ id: randomUUID(), pid: 2 ** 30, host: hostname(), boot: null, start: null },
      ...{ since: '2024-05-31T12:00:00.000Z', ...changes },
    });

  it('has one holder at a time, and is free again once released', async () => {
    const first = await lock(path);
    assert.deepEqual(await readdir(folder), ['.model.json.lock']);
    const message = await refusal();
    assert.ok(message.startsWith(`${path}: process ${process.pid} has been training it since `), message);
    assert.match(message, today);
    assert.ok(message.endsWith('; wait for it, or write to another path'), message);
    await first.release();
    assert.deepEqual(await readdir(folder), []);
    const second = await lock(path);
    await first.release();
    first.releaseSync();
    assert.deepEqual(await readdir(folder), ['.model.json.lock'], 'the lock of another holder was released');
    second.releaseSync();
    assert.deepEqual(await readdir(folder), []);
  });

  it('is the same for all links to a file, and another for every other file', async function () {
    if (process.platform === 'win32') this.skip();
    await mkdir(join(folder, 'runs'));
    await symlink('runs', join(folder, 'same'));
    await symlink('runs/1.json', join(folder, 'latest'));
    const held = await lock(join(folder, 'latest'));
    for (const name of ['runs/1.json', 'same/1.json', 'latest']) await refusal(join(folder, name));
    const others = [
      'runs/2.json',
      'runs/1',
      'runs/.1.json',
      '1.json',
      `runs/${'x'.repeat(200)}1`,
      `runs/${'x'.repeat(200)}2`,
    ];
    const locks = await Promise.all(others.map((name) => lock(join(folder, name))));
    for (const each of [held, ...locks]) await each.release();
    assert.deepEqual(await readdir(join(folder, 'runs')), []);
  });

  it('creates a missing folder, and does not exist for streams and folders that cannot be written', async () => {
    const deep = await lock(join(folder, 'new', 'model.json'));
    assert.deepEqual(await readdir(join(folder, 'new')), ['.model.json.lock']);
    await deep.release();
    if (process.platform !== 'linux') return;
    for (const stream of ['/dev/stdout', '/dev/null', '/sys/model.json']) {
      const [one, two] = [await lock(stream), await lock(stream)];
      await one.release();
      two.releaseSync();
    }
  });

  it('is taken over from a process that is gone, and from one that had the same process ID', async () => {
    const left = [stale(), ...(process.platform === 'linux' ? [stale({ pid: process.pid, start: '1' })] : [])];
    for (const text of left) {
      await writeFile(file, text);
      const held = await lock(path);
      assert.notEqual(await readFile(file, 'utf8'), text);
      assert.deepEqual(await readdir(folder), ['.model.json.lock']);
      await held.release();
    }
  });

  it('is taken over even if others were killed while taking it over', async () => {
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    await writeFile(file, stale({ id: first }));
    await writeFile(`${file}.${first}`, stale({ id: second }));
    await writeFile(`${file}.${second}`, stale({ id: third }));
    await writeFile(`${file}.${randomUUID()}`, stale());
    const held = await lock(path);
    await refusal();
    assert.deepEqual(await readdir(folder), ['.model.json.lock']);
    await held.release();
  });

  it('is taken over from an old damaged file, but waits for a young one', async () => {
    await writeFile(file, '{"id":');
    await utimes(file, 1e9, 1e9);
    await (await lock(path)).release();
    await writeFile(file, '');
    const since = new Date().toISOString();
    const waiting = refusal();
    await writeFile(file, stale({ host: 'elsewhere', since }));
    assert.match(await waiting, /on elsewhere/);
  });

  it('is respected if it is of another host: the message names the host, the day, and the file to delete', async () => {
    await writeFile(file, stale({ host: 'else\nwhere', pid: 12 }));
    assert.match(
      await refusal(),
      /: process 12 on else\\nwhere has been training it since 2024-0[56]-\d\d \d\d:\d\d:00; wait for it, write to another path, or delete /,
    );
    assert.ok((await refusal()).endsWith(`delete ${file} if that process is gone`));
  });

  it('works without hard links, even with stale locks', async () => {
    const { link } = promises;
    let links = 0;
    promises.link = () => {
      links++;
      return Promise.reject(Object.assign(new Error('no links'), { code: 'EPERM' }));
    };
    syncBuiltinESMExports();
    try {
      for (const text of ['', stale()]) {
        if (text !== '') await writeFile(file, text);
        const locks = await Promise.allSettled(Array.from({ length: 20 }, () => lock(path)));
        const held = locks.filter(({ status }) => status === 'fulfilled');
        assert.equal(held.length, 1);
        for (const each of locks) {
          if (each.status === 'rejected') assert.match(String(each.reason), /^CharrnnError: .* has been training it/);
        }
        assert.ok(links > 0, 'no link was tried');
        links = 0;
        assert.deepEqual(await readdir(folder), ['.model.json.lock']);
        for (const each of locks) if (each.status === 'fulfilled') await each.value.release();
      }
    } finally {
      promises.link = link;
      syncBuiltinESMExports();
    }
  });

  describe('between processes', () => {
    let processes: Taker[];
    beforeEach(() => {
      processes = takers(4);
    });
    afterEach(() => {
      for (const { child } of processes) child.kill('SIGKILL');
    });

    it('is refused while the other process runs, taken over when that is killed, and released when it exits', async () => {
      const [one, two] = processes;
      assert.deepEqual(await one.take(path, 1), { held: 1, messages: [] });
      const { held, messages } = await two.take(path, 1);
      assert.equal(held, 0);
      assert.ok(messages[0].startsWith(`${path}: process ${one.child.pid} has been training it`), messages[0]);
      one.child.kill('SIGKILL');
      await once(one.child, 'exit');
      assert.ok((await readdir(folder)).includes('.model.json.lock'));
      assert.deepEqual(await two.take(path, 1), { held: 1, messages: [] });
      two.child.send('end');
      await once(two.child, 'exit');
      assert.deepEqual(await readdir(folder), []);
    });

    for (const [title, before] of [
      ['a free lock', () => undefined],
      ['a stale lock', stale],
    ] as const) {
      it(`has exactly one holder after 20 attempts at once to take ${title}`, async () => {
        for (let round = 0; round < 12; round++) {
          const text = before();
          if (text !== undefined) await writeFile(file, text);
          const ends = await Promise.all(processes.map((each) => each.take(path, 5)));
          const messages = ends.flatMap((each) => each.messages);
          assert.equal(
            ends.reduce((sum, { held }) => sum + held, 0),
            1,
            messages.join('\n'),
          );
          assert.equal(messages.length, 19);
          for (const message of messages) assert.match(message, /: process \d+ has been training it since/);
          assert.deepEqual(await readdir(folder), ['.model.json.lock']);
          await Promise.all(processes.map((each) => each.release()));
          assert.deepEqual(await readdir(folder), []);
        }
      });
    }
  });
});

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
