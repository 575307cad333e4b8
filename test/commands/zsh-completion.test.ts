import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { allOptions } from '../../src/commands/command.js';
import { declarations as commands } from '../../src/commands/declarations.js';
import { spelled } from '../../src/commands/spelling.js';
import { zshCompletion } from '../../src/commands/zsh-completion.js';
import { program } from '../cli/program.js';
import { temporaryFolder } from '../temporary-folder.js';

const hasZsh = spawnSync('zsh', ['--version']).error === undefined;

// One shell types into another that runs on a terminal, and reads until that shows what is expected.
const session = `
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; source $1/charrnn.zsh; cd $1; echo rea''dy"
zpty -r -m shell shown '*ready*'
zpty -w -n shell "$2"$'\\t'
zpty -r -m shell shown "*$3*"
print -r -- "$shown"
`;

describe('the completion for zsh', function () {
  this.timeout(30_000);
  const { path, remove } = temporaryFolder();
  before(function () {
    if (!hasZsh) this.skip();
    const { stdout } = spawnSync(process.execPath, [program, 'completion', 'zsh'], { encoding: 'utf8' });
    writeFileSync(path('charrnn.zsh'), stdout);
    writeFileSync(path('charrnn'), '#!/bin/sh\n');
    chmodSync(path('charrnn'), 0o755);
    writeFileSync(path('model.json'), '');
    writeFileSync(path('text.txt'), '');
  });
  after(remove);

  for (const [typed, completed] of [
    ['charrnn insp', 'charrnn inspect'],
    ['charrnn sample mo', 'charrnn sample model.json'],
    ['charrnn sample model.json --min', 'charrnn sample model.json --min-p'],
    ['charrnn train --cell l', 'charrnn train --cell lstm'],
    ['charrnn score --model a.json --mod', 'charrnn score --model a.json --model'],
    ['charrnn eval model.json te', 'charrnn eval model.json text.txt'],
  ]) {
    it(`completes ${typed} to ${completed}`, () => {
      const args = ['-f', '-c', session, 'zsh', path('.'), typed, completed];
      const { stdout, status, error } = spawnSync('zsh', args, { encoding: 'utf8', timeout: 15_000 });
      assert.equal(error, undefined, `nothing but ${JSON.stringify(stdout)}`);
      assert.equal(status, 0);
      assert.ok(stdout.includes(completed));
    });
  }
});

describe('the completion script for zsh', () => {
  const script = zshCompletion('charrnn', commands);

  it('describes every option of every command', () => {
    for (const command of commands) {
      const { name } = command;
      const [, own] = script.split(`    ${name}) _arguments`);
      assert.ok(own, name);
      const [block] = own.split(';;');
      for (const [key, { type }] of Object.entries(allOptions(command))) {
        const option = spelled(key);
        assert.ok(block.includes(type === 'flag' ? option : `${option}=`), `${name} ${option}`);
      }
    }
    assert.ok(script.includes("'--cell=[recurrent cell]:cell:(rnn lstm gru)'"));
  });

  it('is syntactically valid', function () {
    if (!hasZsh) this.skip();
    const { status, stderr } = spawnSync('zsh', ['-n'], { input: script, encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
  });
});
