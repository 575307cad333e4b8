import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { commonOptions } from '../../src/commands/command.js';
import { registry } from '../../src/commands/declarations.js';
import { allowedText, shownDefault } from '../../src/commands/help.js';
import type { OptionTable } from '../../src/options/option.js';
import { run } from './program.js';

describe('the help', () => {
  it('is on standard error with exit code 2 when no command is given', async () => {
    const { code, stdout, stderr } = await run();
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /charrnn train <corpus\.\.>/);
  });

  it('is on standard output with exit code 0 when asked for', async () => {
    for (const flag of ['--help', '-h']) {
      const { code, stdout, stderr } = await run(flag);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      for (const { name } of registry) assert.match(stdout, new RegExp(`^ +charrnn ${name} `, 'm'));
      assert.match(stdout, /0 done, 1 failure, 2 usage, 130 interrupted/);
    }
  });

  for (const { name: command, load } of registry) {
    it(`of ${command} has every option with what it allows and its default`, async () => {
      const { code, stdout } = await run(command, '--help');
      assert.equal(code, 0);
      const table: OptionTable = { ...(await load()).options, ...commonOptions };
      assert.match(stdout, /Examples:/);
      assert.match(stdout, /Exit codes/);
      for (const [name, option] of Object.entries(table)) {
        const from = stdout.search(new RegExp(`^ +(-\\w, )?--${name}(, -\\d)?\\s`, 'm'));
        assert.notEqual(from, -1, `--${name} is missing`);
        const next = stdout.slice(from + 2).search(/\n +(-\w, )?--[a-z]|\n\n/);
        // The help wraps its lines.
        const entry = stdout.slice(from, from + 2 + next).replace(/\s+/g, ' ');
        assert.ok(entry.includes(option.description), `${entry} has no description`);
        assert.ok(entry.includes(allowedText(option)), `${entry} has no range`);
        const shown = shownDefault(option);
        if (shown === undefined) assert.doesNotMatch(entry, /default:/);
        else assert.ok(entry.includes(`[default: ${shown}]`), `${entry} has no default`);
      }
    });
  }

  it('--version is that of the package', async () => {
    const { version } = createRequire(import.meta.url)('../../../package.json');
    assert.deepEqual(await run('--version'), { code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
