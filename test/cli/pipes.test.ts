import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { end, start, temporaryFolder } from './program.js';

const tiny = ['--layers', '1', '--hidden', '4', '--batch', '4', '--sequence', '5', '--steps', '2', '--quiet'];
const text = 'the cat sat on the mat. '.repeat(40);

describe('a dash', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  after(remove);

  it('is the corpus from standard input, wherever it stands among the options', async () => {
    for (const args of [
      ['-', '-o', model, ...tiny],
      [...tiny, '-', '-o', model],
    ]) {
      const child = start(['train', ...args]);
      child.stdin?.end(text);
      const { code, stdout, stderr } = await end(child);
      assert.deepEqual([code, stdout, stderr], [0, '', '']);
    }
  });

  it('is the checkpoint from standard input', async () => {
    const child = start(['sample', '-', '--length', '12', '--seed', '1']);
    child.stdin?.end(readFileSync(model));
    const { code, stdout, stderr } = await end(child);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.length, 12);
  });
});
