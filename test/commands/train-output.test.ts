import assert from 'node:assert/strict';
import { continuation } from '../../src/commands/train-output.js';

const words = async (corpus: string[], path: string, typed = {}) =>
  (await continuation({ corpus, path, typed }))?.command.replace(/^(charrnn|node \S+) /, '');

describe('continuation', () => {
  it('has the corpus, the checkpoint, and the options that no checkpoint stores', async () => {
    const typed = { steps: '5', backend: 'blas', json: true, keep: '3', saveEvery: '2m', output: 'o', hidden: '9' };
    assert.equal(await words(['a', 'b'], 'm.json'), 'train a b --resume m.json');
    assert.equal(
      await words(['a'], 'm.json', typed),
      'train a --resume m.json --backend=blas --save-every=2m --keep=3 --json',
    );
  });

  it('keeps paths from looking like options', async () => {
    assert.equal(await words(['-a.txt', '-'], '-m.json'), 'train ./-a.txt - --resume ./-m.json');
  });

  it('says whether it needs standard input, and is undefined for a stream, which cannot be read again', async () => {
    assert.equal((await continuation({ corpus: ['a', '-'], path: 'm.json', typed: {} }))?.wantsText, true);
    assert.equal((await continuation({ corpus: ['a'], path: 'm.json', typed: {} }))?.wantsText, false);
    assert.equal(await continuation({ corpus: ['a'], path: '/dev/stdout', typed: {} }), undefined);
  });
});
