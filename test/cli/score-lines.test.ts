import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { run, saveModel } from './program.js';

describe('charrnn score, selecting lines', () => {
  const { path, remove } = temporaryFolder();
  const [model, text] = [path('m.json'), path('text.txt')];
  // To a model that expects an a everywhere, a line without one is as strange as an empty one.
  before(async () => {
    await saveModel(model, 'a');
    writeFileSync(text, 'aaaaaaaaaaaa\n\nz\n\naaaaaaaaaaaz\nzzzz\nzzzzzzzzzzzz\n');
  });
  after(remove);
  const shown = async (...options: string[]): Promise<string[]> => {
    const { code, stdout } = await run('score', model, text, ...options);
    assert.equal(code, 0);
    return stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t')[1]);
  };

  it('ranks blank and short lines after all others with --top', async () => {
    assert.deepEqual(await shown('--top', '3'), ['zzzzzzzzzzzz', 'aaaaaaaaaaaz', 'aaaaaaaaaaaa']);
    assert.deepEqual((await shown('--top', '4')).slice(3), ['']);
  });

  it('shows every line with --sort, the short ones at the end in their order', async () => {
    assert.deepEqual((await shown('--sort')).slice(3), ['', 'z', '', 'zzzz']);
  });

  it('takes the length of a short line from --min-length', async () => {
    assert.deepEqual((await shown('--top', '2', '--min-length', '4')).sort(), ['zzzz', 'zzzzzzzzzzzz']);
    assert.deepEqual(await shown('--above', '6', '--min-length', '0'), ['', 'z', '', 'zzzz', 'zzzzzzzzzzzz']);
    assert.deepEqual(await shown('--above', '6'), ['zzzzzzzzzzzz']);
  });

  it('prints JSON that cannot control a terminal, as do inspect and gradcheck', async () => {
    const hostile = '\u009b31m\u202eevil\u2028';
    writeFileSync(path('hostile.txt'), `${hostile}\n`);
    await saveModel(path('hostile.json'), '\u009b');
    const commands = [
      ['score', model, path('hostile.txt'), '--json'],
      ['score', model, path('hostile.txt'), '--per-character'],
      ['inspect', path('hostile.json'), '--json'],
      ['gradcheck', path('hostile.json'), '--json', '--batch', '1', '--sequence', '2'],
    ];
    for (const command of commands) {
      const { code, stdout } = await run(...command);
      assert.equal(code, 0, command[0]);
      assert.doesNotMatch(stdout, /(?!\n)[\p{Cc}\u2028-\u202e\u2066-\u2069]/u, command[0]);
      JSON.parse(stdout);
    }
    const { stdout } = await run(...commands[0]);
    assert.equal(JSON.parse(stdout).text, hostile);
  });
});
