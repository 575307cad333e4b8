import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bashCompletion } from '../../src/commands/bash-completion.js';
import { allOptions } from '../../src/commands/command.js';
import { declarations as commands } from '../../src/commands/declarations.js';
import { spelled } from '../../src/commands/spelling.js';
import { temporaryFolder } from '../temporary-folder.js';

const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;

describe('the completion for bash', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);

  /** What bash offers after each of these command lines, in one process. */
  function offers(lines: readonly (readonly string[])[]): string[][] {
    const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
    const asked = lines.map((words) => {
      const all = ['charrnn', ...words];
      return `COMP_WORDS=(${all.map(quoted).join(' ')}); COMP_CWORD=${words.length}; _charrnn; echo "\${COMPREPLY[*]}"`;
    });
    const script = [bashCompletion('charrnn', commands), "IFS='|'", ...asked].join('\n');
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });
    assert.equal(stderr, '');
    const answers = stdout.split('\n').slice(0, -1);
    return answers.map((answer) => answer.split('|').filter((word) => word !== ''));
  }

  it('completes commands, options, choices and files', function () {
    if (!hasBash) this.skip();
    for (const name of ['a model.json', 'novel.txt', 'losses.svg']) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'stories'));
    const asked: readonly (readonly [readonly string[], readonly string[]])[] = [
      [['tr'], ['train', 'translate']],
      [['--v'], ['--version']],
      [['train', '--learn'], ['--learning-rate']],
      [['sample', '--learn'], []],
      [
        ['train', '--cell', ''],
        ['rnn', 'lstm', 'gru'],
      ],
      [['train', 'novel.txt', '--cell', '=', 'l'], ['lstm']],
      [
        ['train', '--cell', '='],
        ['rnn', 'lstm', 'gru'],
      ],
      [['train', '--hidden', ''], []],
      [
        ['train', '-r', ''],
        ['stories', 'a model.json'],
      ],
      [['train', 'n'], ['novel.txt']],
      [
        ['sample', ''],
        ['stories', 'a model.json'],
      ],
      [['inspect', 'a model.json', '--svg', 'l'], ['losses.svg']],
      [
        ['eval', ''],
        ['stories', 'a model.json'],
      ],
      [['eval', 'a model.json', 'n'], ['novel.txt']],
      [
        ['completion', ''],
        ['bash', 'zsh', 'fish'],
      ],
      [['nothing', ''], []],
    ];
    const found = offers(asked.map(([words]) => words));
    for (const [i, [words, expected]] of asked.entries()) assert.deepEqual(found[i], expected, words.join(' '));
  });

  it('offers every option of every command', function () {
    if (!hasBash) this.skip();
    const found = offers(commands.map(({ name }) => [name, '--']));
    for (const [i, command] of commands.entries()) {
      assert.deepEqual(found[i], [...Object.keys(allOptions(command)).map(spelled), '--help'], command.name);
    }
  });
});
