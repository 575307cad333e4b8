import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { allOptions, usageOf } from '../../src/commands/command.js';
import { declarations } from '../../src/commands/declarations.js';
import { allowedText, commandHelp, shownDefault } from '../../src/commands/help.js';
import { exitCodesLine } from '../../src/errors.js';
import { kebab } from '../../src/options/option.js';
import { run } from './program.js';

describe('the help', () => {
  it('goes to standard error with exit code 2 when no command is given', async () => {
    const { code, stdout, stderr } = await run();
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /charrnn train <corpus\.\.>/);
  });

  it('goes to standard output with exit code 0 on request', async () => {
    for (const flag of ['--help', '-h', 'help']) {
      const { code, stdout, stderr } = await run(flag);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      for (const { name } of declarations) assert.match(stdout, new RegExp(`^ +charrnn ${name} `, 'm'));
      assert.match(
        stdout,
        /0 success, 1 failure, 2 usage error, 129, 130 or 143 interrupted by SIGHUP, SIGINT or SIGTERM/,
      );
    }
  });

  for (const declaration of declarations) {
    const { name: command, arguments: args } = declaration;
    it(`of ${command} lists every option with its range and its default`, async () => {
      const { code, stdout } = await run(command, '--help');
      assert.equal(code, 0);
      assert.match(stdout, /Examples:/);
      assert.match(stdout, /Exit codes/);
      for (const { name, describe } of args) assert.ok(new RegExp(`^  ${name} +${describe}$`, 'm').test(stdout), name);
      for (const [key, option] of Object.entries(allOptions(declaration))) {
        const name = kebab(key);
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

  it('of a command is the same however it is requested', async () => {
    const { stdout } = await run('sample', '--help');
    for (const args of [
      ...[
        ['help', 'sample'],
        ['--help', 'sample'],
        ['-h', 'sample'],
        ['sample', '-h'],
        ['sample', 'a', '--hlep', '-h'],
      ],
    ]) {
      assert.deepEqual(await run(...args), { code: 0, stdout, stderr: '' }, args.join(' '));
    }
  });

  it('of an unknown command is an error', async () => {
    const { code, stdout, stderr } = await run('help', 'trian');
    assert.deepEqual([code, stdout], [2, '']);
    assert.equal(stderr, 'charrnn: trian: unknown command; did you mean train?\nsee charrnn --help\n');
  });

  it('fits the columns of the terminal, and 120', () => {
    for (const [columns, most] of [
      [30, 60],
      [60, 60],
      [80, 80],
      [500, 120],
    ]) {
      for (const command of declarations) {
        const { examples, describe } = command;
        const sentence = `${describe[0].toUpperCase()}${describe.slice(1)}.`;
        // Text without blanks, and text on a line of its own, is not broken.
        const fixed = [
          ...examples.map(([line]) => `  ${line}`),
          sentence,
          exitCodesLine,
          `charrnn ${usageOf(command)}`,
        ];
        const lines = commandHelp(command, columns);
        assert.ok(lines.length > fixed.length);
        for (const line of lines) {
          const isFixed = fixed.includes(line) || /^ *[^ ]+$/.test(line);
          assert.ok(isFixed || line.length <= most, `${columns}: ${line}`);
        }
      }
    }
  });
});

describe('the version', () => {
  it('is that of the package, with --version and -v', async () => {
    const { version } = createRequire(import.meta.url)('../../../package.json');
    for (const flag of ['--version', '-v']) {
      assert.deepEqual(await run(flag), { code: 0, stdout: `${version}\n`, stderr: '' });
    }
  });
});
