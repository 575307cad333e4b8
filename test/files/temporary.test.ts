import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanTemporaries, hiddenName, withTemporary } from '../../src/files/temporary.js';
import { temporaryFolder } from '../temporary-folder.js';

/** The ID of a process that has just ended. */
const deadPid = (): number => spawnSync(process.execPath, ['--version']).pid;

describe('withTemporary', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  it('gives each call its own file, and removes it after success and failure alike', async () => {
    const names = new Set<string>();
    const work = async (temporary: string) => {
      const isSecond = names.add(temporary).size === 2;
      await writeFile(temporary, '', { flag: 'wx' });
      if (isSecond) throw new Error('failed');
    };
    const target = join(folder, 'model.json');
    const ends = await Promise.allSettled([1, 2, 3].map(() => withTemporary(target, work)));
    assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'fulfilled', 'rejected']);
    assert.equal(names.size, 3);
    assert.deepEqual(await readdir(folder), []);
  });

  it('keeps a file that was renamed', async () => {
    const target = join(folder, 'model.json');
    await withTemporary(target, async (temporary) => {
      await writeFile(temporary, 'whole');
      await rename(temporary, target);
    });
    assert.deepEqual(await readdir(folder), ['model.json']);
  });

  it('uses unique names that no file system finds too long', async () => {
    const long = '😀'.repeat(60);
    const [one, two] = [`${long}1`, `${long}2`].map((name) => hiddenName(join(folder, name)));
    assert.notEqual(one, two);
    await withTemporary(join(folder, long), (temporary) => writeFile(temporary, ''));
    assert.ok(Buffer.byteLength(one) < 200);
  });
});

describe('cleanTemporaries', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  const make = (...names: string[]) => Promise.all(names.map((name) => writeFile(join(folder, name), '')));

  it('removes files of dead processes and of earlier ones with this process ID, and nothing else', async () => {
    const living = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      const dead = deadPid();
      const left = [`.model.json.${dead}.0.tmp`, `.model.json.${dead}.12.tmp`, `.model.json.${process.pid}.99999.tmp`];
      const others = [
        `.model.json.${living.pid}.0.tmp`,
        `.model.json.${dead}.tmp`,
        `.model.json.x.${dead}.0.tmp`,
        `.other.json.${dead}.0.tmp`,
        `model.json.${dead}.0.tmp`,
        `.modelxjson.${dead}.0.tmp`,
        'model.json',
      ];
      await make(...left, ...others);
      assert.deepEqual(await cleanTemporaries(join(folder, 'model.json')), left.toSorted());
      assert.deepEqual(await readdir(folder), others.toSorted());
    } finally {
      living.kill('SIGKILL');
    }
  });

  it('keeps a file that this process is writing', async () => {
    const path = join(folder, 'model.json');
    await withTemporary(path, async (temporary) => {
      await writeFile(temporary, '');
      assert.deepEqual(await cleanTemporaries(path), []);
      assert.ok(existsSync(temporary));
    });
  });

  it('looks next to the target of a link, and tolerates a missing folder', async function () {
    if (process.platform === 'win32') this.skip();
    const name = `.model.json.${deadPid()}.0.tmp`;
    await make(name);
    await symlink('model.json', join(folder, 'latest'));
    assert.deepEqual(await cleanTemporaries(join(folder, 'latest')), [name]);
    assert.deepEqual(await cleanTemporaries(join(folder, 'missing', 'model.json')), []);
    assert.deepEqual(await cleanTemporaries('/dev/stdout'), []);
  });
});
