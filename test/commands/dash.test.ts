import assert from 'node:assert/strict';
import { hideDashes, showDashes } from '../../src/commands/dash.js';

describe('a lone dash', () => {
  it('is hidden from yargs, alone and among others, and comes back', () => {
    const hidden = hideDashes(['train', '-', '-q', '--prime', '-', '-x', 'a-b']);
    assert.deepEqual(
      hidden.map((arg) => arg.startsWith('-')),
      [false, false, true, true, false, true, false],
    );
    const [, dash] = hidden;
    const parsed = { corpus: [dash, 'a.txt'], prime: dash, quiet: true };
    assert.deepEqual(showDashes(parsed), { corpus: ['-', 'a.txt'], prime: '-', quiet: true });
  });
});
