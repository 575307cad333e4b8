import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { example } from '../checkpoint/example.js';
import { temporaryFolder } from '../temporary-folder.js';
import { program } from './program.js';

describe('colours', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  before(() => saveCheckpoint(model, example()));
  after(remove);

  for (const [env, args, expected] of [
    [{ FORCE_COLOR: '1' }, [], true],
    [{ FORCE_COLOR: '1' }, ['--no-color'], false],
  ] as const) {
    it(`${expected ? 'are' : 'are not'} written to a pipe with ${JSON.stringify(env)} ${args.join('')}`, () => {
      const { FORCE_COLOR: _, NO_COLOR: __, ...rest } = process.env;
      const settings = { env: { ...rest, ...env }, encoding: 'utf8' } as const;
      const { stdout } = spawnSync(process.execPath, [program, 'inspect', model, ...args], settings);
      assert.equal(stdout.includes('\u001b['), expected, stdout);
    });
  }
});
