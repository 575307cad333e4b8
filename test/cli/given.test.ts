import assert from 'node:assert/strict';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { forTask } from '../sampling/models.js';
import { temporaryFolder } from '../temporary-folder.js';
import { run, saveModel } from './program.js';

describe('charrnn sample --given', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  before(() => saveCheckpoint(model, forTask({ name: 'describe', labels: ['Dutch', 'Irish', 'Italian'] })));
  after(remove);

  it('writes lines that begin from a label', async () => {
    const { code, stdout, stderr } = await run('sample', model, '--given', 'Irish', '--count', '4', '--seed', '1');
    assert.deepEqual([code, stderr, stdout.match(/\n/g)?.length], [0, '', 4]);
    const dutch = await run('sample', model, '--given', 'Dutch', '--count', '4', '--seed', '1');
    assert.notEqual(dutch.stdout, stdout);
    assert.equal((await run('sample', model, '-g', 'Irish', '-c', '4', '--seed', '1')).stdout, stdout);
  });

  it('is in the JSON', async () => {
    for (const choice of [['--seed', '1'], ['--best']]) {
      const { stdout } = await run('sample', model, '--given', 'Irish', '--json', ...choice);
      const found = JSON.parse(stdout);
      assert.deepEqual(Object.keys(found), ['seed', 'given', 'prime', 'text', 'end', 'characters']);
      assert.deepEqual([found.given, found.end, found.text.at(-1)], ['Irish', 'lines', '\n']);
    }
  });

  it('is refused in one line when it does not suit the model', async () => {
    const text = path('text.json');
    await saveModel(text, 'e');
    const cases: [string[], string][] = [
      [[model], 'the model describes labels; give --given and one of Dutch, Irish, Italian'],
      [[model, '--given', 'Itlian'], '--given Itlian: must be one of Dutch, Irish, Italian; did you mean Italian?'],
      [[text, '--given', 'Irish'], '--given Irish: the model continues texts and is given nothing; leave it out'],
    ];
    for (const [args, message] of cases) {
      const { code, stdout, stderr } = await run('sample', ...args);
      assert.deepEqual([code, stdout, stderr.split('\n')[0]], [2, '', `charrnn: ${message}`]);
    }
  });
});
