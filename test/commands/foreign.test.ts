import assert from 'node:assert/strict';
import { refuseForeign } from '../../src/commands/parser.js';
import { CharrnnError } from '../../src/errors.js';

const commands = ['corpus', 'model'];

describe('refuseForeign', () => {
  for (const arg of ['--toString', '--constructor=1', '--__proto__', '--_', '--$0=x', '--corpus', '--model=x']) {
    it(`refuses ${arg}`, () => {
      assert.throws(
        () => refuseForeign(['train', arg, 'a'], commands),
        (error) =>
          error instanceof CharrnnError &&
          error.exitCode === 2 &&
          error.message === `${arg.split('=')[0]}: unknown option`,
      );
    });
  }
  it('refuses a dash with so many letters that yargs would take minutes', () => {
    assert.throws(() => refuseForeign(['sample', `-n${'x'.repeat(100_000)}`], commands), {
      message: '-nxxxxxxxxxxxxxxxxxx…: too many letters behind one dash; join a value by =',
    });
    refuseForeign(
      [`-n=${'x'.repeat(100)}`, `-o/${'x'.repeat(100)}`, `--${'x'.repeat(100)}`, 'x'.repeat(100)],
      commands,
    );
  });
  it('leaves all other arguments alone', () => {
    refuseForeign(
      ['train', 'toString', '-toString', '--seed', '--seed=--toString', '\0--toString', '--', '---', '--='],
      commands,
    );
  });
});
