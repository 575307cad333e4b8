import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { isRunning, isTaken, thisProcess } from '../../src/files/processes.js';

describe('isRunning', () => {
  it('is true for this process and false for one that has ended', async () => {
    const own = await thisProcess();
    assert.equal(own.pid, process.pid);
    assert.equal(await isRunning(own), true);
    const { pid } = spawnSync(process.execPath, ['--version']);
    assert.equal(isTaken(pid), false);
    assert.equal(await isRunning({ ...own, pid, start: null }), false);
  });

  it('tells a process from an earlier one with the same process ID, and from one before the last boot', async function () {
    if (process.platform !== 'linux') this.skip();
    const own = await thisProcess();
    assert.match(String(own.start), /^\d+$/);
    assert.equal(await isRunning({ ...own, start: '1' }), false);
    assert.equal(await isRunning({ ...own, boot: 'another' }), false);
    assert.equal(await isRunning({ ...own, boot: null, start: null }), true);
  });

  it('is false for a zombie', async function () {
    if (process.platform !== 'linux') this.skip();
    // The shell becomes a program that never waits for its child, before the child ends.
    const parent = spawn('sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 10'], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const [text] = await once(parent.stdout, 'data');
      const own = await thisProcess();
      const zombie = { ...own, pid: Number(text), start: null };
      while (await isRunning(zombie)) await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(isTaken(zombie.pid), true);
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it("is true for another user's process", async function () {
    if (process.platform === 'win32' || process.getuid?.() === 0) this.skip();
    assert.equal(await isRunning({ pid: 1, boot: null, start: null }), true);
  });
});
