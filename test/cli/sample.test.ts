import assert from 'node:assert/strict';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, saveModel, start } from './program.js';

describe('charrnn sample', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  before(() => saveModel(model, 'a'));
  after(remove);

  it('writes the prime and exactly as many characters as requested, without adding a line feed', async () => {
    const { code, stdout, stderr } = await run(
      'sample',
      model,
      '--length',
      '5',
      '-t',
      '0',
      '--prime',
      'Hm: ',
      '--seed',
      '1',
    );
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'Hm: aaaaa', stderr: '' });
  });

  for (const [args, prime] of [
    [['--prime', '007'], '007'],
    [['--prime', '1e3'], '1e3'],
    [['--prime', ''], ''],
    [['--prime='], ''],
    [['--prime=-x'], '-x'],
    [['--prime="quoted"'], '"quoted"'],
    [["-p='"], "'"],
    [['--prime', 'true'], 'true'],
    [['--prime', '-'], '-'],
    [['-p', '-5'], '-5'],
  ] as const) {
    it(`reads ${JSON.stringify(args)} as the text ${JSON.stringify(prime)}`, async () => {
      const ended = await run('sample', model, '-n', '0', '--seed', '1', ...args);
      assert.deepEqual(ended, { code: 0, stdout: prime, stderr: '' });
    });
  }

  it('prints the seed that it chose, which reproduces the text', async () => {
    const first = await run('sample', model, '-n', '50');
    const seed = /^seed (\d+)\n$/.exec(first.stderr);
    assert.ok(seed, first.stderr);
    const second = await run('sample', model, '-n', '50', '--seed', seed[1]);
    assert.equal(second.stdout, first.stdout);
    assert.equal(second.stderr, '');
  });

  it('writes nothing when the prime has an unknown character', async () => {
    const { code, stdout, stderr } = await run('sample', model, '--prime', 'naïve', '--seed', '1');
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^charrnn: .*ï/);
  });

  it('reports a missing checkpoint and a folder in one line with exit code 1', async () => {
    for (const file of [path('none.json'), path('.')]) {
      const { code, stdout, stderr } = await run('sample', file);
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, /^charrnn: [^\n]+\n$/);
    }
  });

  it('succeeds at once when its reader goes away', async () => {
    const child = start(['sample', model, '--length', '1000000000', '--seed', '1']);
    if (!child.stdout) assert.fail('no standard output');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const { code, stderr } = await end(child);
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  it('generates no more than a slow reader takes', async () => {
    const child = start(['sample', model, '--length', '1000000000', '--seed', '1']);
    const { stdout } = child;
    if (!stdout) assert.fail('no standard output');
    await once(stdout, 'readable');
    const taken = await new Promise<number>((resolve) => setTimeout(() => resolve(stdout.readableLength), 500));
    child.kill('SIGKILL');
    // What fits in the pipe and in our own buffer, however fast the model.
    assert.ok(taken > 0 && taken <= 2 ** 18, `${taken} bytes`);
  });

  if (existsSync('/dev/full')) {
    it('reports a full disk in one line with exit code 1', async () => {
      const full = openSync('/dev/full', 'w');
      for (const args of [['--help'], ['sample', model, '--seed', '1'], ['gradcheck', '--layers', '1']]) {
        const child = start(args, full);
        const { code, stderr } = await end(child);
        assert.match(
          stderr,
          /^charrnn: standard output: cannot be written \(ENOSPC\); make room, or write elsewhere\n$/,
        );
        assert.equal(code, 1);
      }
      closeSync(full);
    });
  }

  if (process.platform !== 'win32') {
    for (const [signal, expected] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      it(`exits with code ${expected} on ${signal}`, async () => {
        const child = start(['sample', model, '--length', '1000000000', '--seed', '1']);
        if (!child.stdout) assert.fail('no standard output');
        const ended = end(child);
        await once(child.stdout, 'data');
        child.kill(signal);
        assert.equal((await ended).code, expected);
      });
    }
  }
});
