import assert from 'node:assert/strict';
import { run } from './program.js';

const small = ['--layers', '1', '--hidden', '2', '--batch', '2', '--sequence', '2'];

describe('charrnn gradcheck', () => {
  it('shows a table for each cell and a closing line', async () => {
    const { code, stdout, stderr } = await run('gradcheck', ...small);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    for (const cell of ['rnn', 'lstm', 'gru']) {
      assert.match(stdout, new RegExp(`^${cell}  layers 1, hidden 2, batch 2, sequence 2$`, 'm'));
    }
    assert.equal(stdout.match(/^layer0\.Wx .* ok$/gm)?.length, 3);
    assert.match(stdout, /\nall \d+ tensors agree \([\d,]+ numeric gradients\)\n$/);
  });

  it('prints one object with --json', async () => {
    const { code, stdout } = await run('gradcheck', '--cell', 'gru', '--json', ...small);
    assert.equal(code, 0);
    assert.equal(stdout.trimEnd().split('\n').length, 1);
    const { passed, reports } = JSON.parse(stdout);
    assert.equal(passed, true);
    assert.equal(reports.length, 1);
    assert.equal(reports[0].cell, 'gru');
  });
});
