import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkTarget } from '../../src/checkpoint/target.js';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { CharrnnError } from '../../src/errors.js';
import { temporaryFolder } from '../temporary-folder.js';
import { example } from './example.js';

const onPosix = process.platform !== 'win32';
const denied = 'permission denied; change the permissions of the file or of its folder, or give another path';

/** The beginning of a checkpoint, and the result for a path where one may be written. */
const old = '{\n  "format": "charrnn",\n';
const fine = { isStream: false };

describe('checkTarget', () => {
  let folder: string;
  let remove: () => void;
  beforeEach(() => {
    ({ folder, remove } = temporaryFolder());
  });
  afterEach(() => remove());

  const faultOf = async (path: string): Promise<string> => {
    const error = await checkTarget(path).then(
      () => assert.fail(`${path} passes`),
      (reason) => reason,
    );
    assert.ok(error instanceof CharrnnError, String(error));
    assert.ok(error.message.startsWith(`${path}: `), error.message);
    assert.doesNotMatch(error.message, /\n/);
    return error.message.slice(path.length + 2);
  };

  it('leaves a replaceable file unchanged, and creates nothing next to it', async () => {
    const path = join(folder, 'model.json');
    await writeFile(path, old);
    const before = await stat(path);
    assert.deepEqual(await checkTarget(path, 1000), fine);
    assert.equal(await readFile(path, 'utf8'), old);
    assert.equal((await stat(path)).mtimeMs, before.mtimeMs);
    assert.deepEqual(await readdir(folder), ['model.json']);
  });

  it('creates a missing folder, but no file in it', async () => {
    assert.deepEqual(await checkTarget(join(folder, 'new', 'deep', 'model.json')), fine);
    assert.deepEqual(await readdir(folder, { recursive: true }), ['new', join('new', 'deep')]);
  });

  it('refuses a path at which no file can be', async () => {
    await writeFile(join(folder, 'file'), '');
    const isFolder = 'is a folder, not a file; give the path of a file in it';
    const underFile = 'a part of this path is a file, not a folder; give another path';
    assert.equal(await faultOf(folder), isFolder);
    assert.equal(await faultOf(`${folder}/new/`), isFolder);
    assert.equal(await faultOf(join(folder, 'file', 'model.json')), underFile);
    assert.equal(await faultOf(join(folder, 'file', 'deep', 'model.json')), underFile);
    assert.match(await faultOf(join(folder, 'x'.repeat(300))), /^the name is too long/);
    assert.deepEqual(await readdir(folder), ['file']);
  });

  it('refuses to overwrite a file that is not a checkpoint, however similar it is', async () => {
    const path = join(folder, 'file');
    const theirs = 'already exists and is not a charrnn checkpoint; remove it, or give another path';
    for (const text of ['Call me Ishmael.', '{"format":"gguf"}', '{"name":"charrnn"}', `x${old}`, '\0', '{}', '[]']) {
      await writeFile(path, text);
      assert.equal(await faultOf(path), theirs, text);
      assert.equal(await readFile(path, 'utf8'), text);
    }
    // An empty file, half a checkpoint, one without line ends, and one that another program has sorted.
    await saveCheckpoint(join(folder, 'm.json'), example());
    const whole = await readFile(join(folder, 'm.json'), 'utf8');
    const sorted = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(whole)).sort()));
    assert.ok(!sorted.startsWith('{"format"'));
    for (const text of ['', whole.slice(0, 500), JSON.stringify(JSON.parse(whole)), sorted]) {
      await writeFile(path, text);
      assert.deepEqual(await checkTarget(path), fine, text.slice(0, 50));
    }
  });

  it('follows links: to a new file, to nowhere, in a circle', async function () {
    if (!onPosix) this.skip();
    await symlink('new/model.json', join(folder, 'latest'));
    assert.deepEqual(await checkTarget(join(folder, 'latest')), fine);
    assert.deepEqual(await readdir(join(folder, 'new')), []);
    await symlink('nowhere', join(folder, 'missing'));
    assert.equal(
      await faultOf(join(folder, 'missing', 'model.json')),
      'a link in this path does not lead to a folder; give another path',
    );
    await symlink('circle', join(folder, 'circle'));
    assert.equal(await faultOf(join(folder, 'circle')), 'symbolic links form a loop; give another path');
  });

  it('refuses a read-only file and a read-only folder', async function () {
    if (!onPosix) this.skip();
    await mkdir(join(folder, 'closed'));
    await writeFile(join(folder, 'closed', 'old.json'), 'old');
    await writeFile(join(folder, 'read-only'), 'old');
    await chmod(join(folder, 'read-only'), 0o444);
    await chmod(join(folder, 'closed'), 0o555);
    await chmod(folder, 0o777);
    const paths = ['read-only', 'closed/old.json', 'closed/new.json', 'closed/deep/new.json'];
    // Root ignores permission bits, so it becomes the user nobody for this.
    const source = `import { checkTarget } from ${JSON.stringify(new URL('../../src/checkpoint/target.js', import.meta.url).href)};
      if (process.getuid() === 0) process.setuid(65534);
      for (const path of process.argv.slice(1)) await checkTarget(path).then(() => console.log('passes'), (e) => console.log(e.message));`;
    const args = ['--input-type=module', '-e', source, '--', ...paths.map((name) => join(folder, name))];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    assert.deepEqual(
      stdout.trimEnd().split('\n'),
      paths.map((name) => `${join(folder, name)}: ${denied}`),
    );
  });

  it('finds out by trying that not even root can create a file in /sys', async function () {
    if (process.platform !== 'linux') this.skip();
    assert.match(await faultOf('/sys/model.json'), /^(permission denied|the file system is read-only);/);
  });

  it('accepts streams and pipes', async function () {
    if (!onPosix) this.skip();
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/stdout', '/dev/null'])
      assert.deepEqual(await checkTarget(path, 1e15), { isStream: true });
  });

  it('warns when there is no space for two checkpoints, one of which may exist already', async () => {
    const path = join(folder, 'model.json');
    const { warning } = await checkTarget(path, 1e15);
    assert.match(
      warning ?? '',
      /: low disk space: saving needs 2000 TB, only [\d.]+ \wB is free; make room, or give a path on another disk$/,
    );
    assert.ok(warning?.startsWith(path));
    await writeFile(path, old.padEnd(1000));
    assert.deepEqual(await checkTarget(path, 500), fine);
  });
});
