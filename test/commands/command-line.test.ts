import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configText, withConfig } from '../../src/commands/command-line.js';
import { declarations } from '../../src/commands/declarations.js';
import { givenOf, valuesOf } from '../../src/commands/values.js';
import { temporaryFolder } from '../temporary-folder.js';

const common = { group: 'A:', description: 'a' };
const table = {
  hidden: { ...common, type: 'number', integer: true, default: 128, from: 1, to: 16384 },
  steps: { ...common, type: 'number', integer: true, default: undefined, from: 1, to: 10 },
  cell: { ...common, type: 'choice', choices: ['rnn', 'lstm'], default: 'lstm' },
  output: { ...common, type: 'text', default: 'm.json' },
  quiet: { ...common, type: 'flag', default: false },
} as const;

describe('withConfig', () => {
  const { folder, remove } = temporaryFolder();
  const file = join(folder, 'my.json');
  after(remove);

  const read = (content: string, parsed = {}) => {
    writeFileSync(file, content);
    return withConfig(file, table, parsed);
  };

  it('supplies what was not typed, and its values count as typed', async () => {
    const content = '\ufeff{"hidden": 7, "cell": "rnn", "output": "", "quiet": true}';
    const parsed = await read(content, { hidden: '9', corpus: ['a'] });
    assert.deepEqual(valuesOf(table, parsed), { hidden: 9, steps: undefined, cell: 'rnn', output: '', quiet: true });
    assert.deepEqual(Object.keys(givenOf(table, parsed)), ['hidden', 'cell', 'output', 'quiet']);
    assert.deepEqual(parsed.corpus, ['a']);
  });

  it('treats null for an option that is off, and false for a flag, as not given', async () => {
    assert.deepEqual(await read('{"steps": null, "quiet": false}'), {});
  });

  for (const [content, message] of [
    ['{"hiden": 7}', 'hiden: unknown option; did you mean hidden?'],
    ['{"toString": 7}', 'toString: unknown option'],
    ['{"__proto__": 7}', '__proto__: unknown option'],
    ['{"hidden": "7"}', 'hidden "7": must be a number'],
    ['{"hidden": null}', 'hidden null: must be a number'],
    ['{"hidden": 0}', 'hidden 0: must be from 1 to 16384'],
    ['{"hidden": 1.5}', 'hidden 1.5: must be a whole number'],
    ['{"hidden": [7]}', 'hidden [7]: must be a number'],
    ['{"cell": "lstn"}', 'cell lstn: must be one of rnn, lstm; did you mean lstm?'],
    ['{"output": 3}', 'output 3: must be a string'],
    ['{"quiet": "yes"}', 'quiet "yes": must be true or false'],
    ['[]', 'must be a JSON object, as --print-config writes it'],
  ]) {
    it(`refuses ${content}: ${message}`, async () => {
      await assert.rejects(read(content), { name: 'CharrnnError', message: `${file}: ${message}`, exitCode: 2 });
    });
  }

  it('refuses invalid JSON, a missing file and a folder', async () => {
    await assert.rejects(read('{hidden: 7}'), { name: 'CharrnnError', message: /my\.json: not JSON \(/, exitCode: 2 });
    for (const [path, fault] of [
      [join(folder, 'none.json'), 'no such file; give the path of a configuration file'],
      [folder, 'is a folder, not a file; give the path of a file in it'],
    ]) {
      const message = `${path}: ${fault}`;
      await assert.rejects(withConfig(path, table, {}), { name: 'CharrnnError', message, exitCode: 1 });
    }
  });

  for (const { name, options } of declarations) {
    it(`reads back all values of ${name} that --print-config writes`, async () => {
      const values = valuesOf(options, {});
      writeFileSync(file, configText(options, {}));
      assert.deepEqual(valuesOf(options, await withConfig(file, options, {})), values);
    });
  }
});
