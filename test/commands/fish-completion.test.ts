import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { allOptions } from '../../src/commands/command.js';
import { declarations } from '../../src/commands/declarations.js';
import { fishCompletion } from '../../src/commands/fish-completion.js';
import { kebab } from '../../src/options/option.js';
import { temporaryFolder } from '../temporary-folder.js';

const script = fishCompletion('charrnn', declarations);
const hasFish = spawnSync('fish', ['--version']).error === undefined;

describe('the completion for fish', function () {
  this.timeout(30_000);
  const { folder, remove } = temporaryFolder();
  after(remove);

  function fish(...args: readonly string[]): string {
    const env = { ...process.env, HOME: folder };
    const { status, stdout, stderr } = spawnSync('fish', ['--no-config', ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
    assert.deepEqual([status, stderr], [0, '']);
    return stdout;
  }

  /** What fish offers after each of these command lines, without descriptions, in one process. */
  function offers(lines: readonly string[]): string[][] {
    const asked = 'source charrnn.fish; for line in $argv; complete -C $line; echo .; end';
    const answers = fish('-c', asked, '--', ...lines)
      .split(/^\.\n/m)
      .slice(0, -1);
    return answers.map((answer) =>
      answer
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')[0]),
    );
  }

  before(() => {
    for (const name of ['model.json', 'novel.txt', 'losses.svg']) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'stories'));
    writeFileSync(join(folder, 'charrnn.fish'), script);
  });

  it('describes every command and every option', () => {
    const lines = script.split('\n');
    for (const command of declarations) {
      const { name, describe } = command;
      const described = lines.filter((line) =>
        line.startsWith(`complete -c charrnn -n '__charrnn_command ""' -a ${name} `),
      );
      assert.equal(described.length, 1, name);
      assert.ok(described[0].includes(` -d '${describe}'`), name);
      for (const [key, { alias, description, type }] of Object.entries(allOptions(command))) {
        const start = `complete -c charrnn -n '__charrnn_command ${name}'${alias ? ` -s ${alias}` : ''} -l ${kebab(key)} -d `;
        const [line, ...more] = lines.filter((each) => each.startsWith(start));
        assert.ok(line !== undefined && more.length === 0, `${name} ${key}`);
        assert.ok(line.includes(description.replace(/[\\']/g, '\\$&')), `${name} ${key}`);
        assert.equal(/ (-r -f|-r -F|-x)\b/.test(line), type !== 'flag', `${name} ${key}`);
      }
    }
  });

  it('is syntactically valid', function () {
    if (!hasFish) this.skip();
    assert.equal(fish('--no-execute', 'charrnn.fish'), '');
  });

  it('completes commands, options, choices and files', function () {
    if (!hasFish) this.skip();
    const all = ['model.json', 'stories/', 'charrnn.fish', 'losses.svg', 'novel.txt'];
    const asked: readonly (readonly [string, readonly string[]])[] = [
      ['charrnn ', declarations.map(({ name }) => name).sort()],
      ['charrnn tr', ['train', 'translate']],
      ['charrnn --v', ['--version']],
      ['charrnn train --learn', ['--learning-rate']],
      ['charrnn sample --learn', []],
      ['charrnn train --cell ', ['gru', 'lstm', 'rnn']],
      ['charrnn train --cell=l', ['--cell=lstm']],
      ['charrnn train --hidden ', []],
      ['charrnn train novel.txt -r ', all],
      ['charrnn train n', ['novel.txt']],
      ['charrnn train sample --bat', ['--batch']],
      ['charrnn sample ', all],
      ['charrnn inspect model.json --svg l', ['losses.svg']],
      ['charrnn score --model=m', ['--model=model.json']],
      ['charrnn eval model.json n', ['novel.txt']],
      ['charrnn sample model.json --prime ', []],
      ['charrnn completion ', ['bash', 'fish', 'zsh']],
      ['charrnn nothing ', []],
    ];
    const found = offers(asked.map(([line]) => line));
    for (const [i, [line, expected]] of asked.entries()) assert.deepEqual(found[i], expected, line);
  });

  it('offers every option of every command', function () {
    if (!hasFish) this.skip();
    const found = offers(declarations.map(({ name }) => `charrnn ${name} --`));
    for (const [i, command] of declarations.entries()) {
      const expected = ['help', ...Object.keys(allOptions(command)).map(kebab)].map((name) => `--${name}`);
      assert.deepEqual(found[i].sort(), expected.sort(), command.name);
    }
  });
});
