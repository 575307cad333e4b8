// What reaches a terminal, which `script` provides.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { temporaryFolder } from '../temporary-folder.js';
import { program, run, saveModel } from './program.js';

const hasScript =
  process.platform === 'linux' &&
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux');

/** What the program writes to a terminal. */
function onTerminal(...args: string[]): string {
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  return spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  }).stdout;
}

describe('text that could control a terminal', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  const args = ['sample', model, '--length', '2', '-t', '0', '--seed', '1', '--prime', 'a'];
  before(() => saveModel(model, '\u009b'));
  after(remove);

  it('goes to a pipe unchanged', async () => {
    for (const more of [[], ['--raw']]) assert.equal((await run(...args, ...more)).stdout, 'a\u009b\u009b');
  });

  it('is escaped on a terminal', function () {
    if (!hasScript) this.skip();
    assert.equal(onTerminal(...args), 'a\\u{9b}\\u{9b}\r\n');
  });

  it('goes to a terminal unchanged with --raw', function () {
    if (!hasScript) this.skip();
    assert.equal(onTerminal(...args, '--raw'), 'a\u009b\u009b\r\n');
  });
});
