import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { example, exampleWithoutTraining } from '../checkpoint/example.js';
import { temporaryFolder } from '../temporary-folder.js';
import { run } from './program.js';

describe('charrnn inspect', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  before(() => saveCheckpoint(model, example()));
  after(remove);

  it('describes a checkpoint and draws its losses', async () => {
    const picture = path('losses.svg');
    const { code, stdout, stderr } = await run('inspect', model, '--history', '--svg', picture);
    assert.deepEqual([code, stderr], [0, '']);
    for (const part of [
      `${model}: gru 2×3, 169 parameters, `,
      'vocabulary of 4, one of them for all unknown characters\n  \\n a 😂\n',
      'layer0.Wx  4×9',
      'training    40 of 100 steps, 10.00 epochs, seed 1',
      'best        1.500 (2.164 bits) at step 40, epoch 1.00',
      'corpus      1,234 characters, sha256 of its symbols 0123456789abcdef',
      'repeat      charrnn train CORPUS --cell gru --hidden 3 --batch 5',
      '• training 1.700 (2.453 bits)',
    ]) {
      assert.ok(stdout.includes(part), `${part} is not in:\n${stdout}`);
    }
    assert.match(readFileSync(picture, 'utf8'), /^<svg .*<\/svg>\n$/s);
  });

  it('prints one object with --json', async () => {
    const { code, stdout } = await run('inspect', model, '--json');
    assert.equal(code, 0);
    const { model: shape, vocabulary, parameters, training, bytes } = JSON.parse(stdout);
    assert.equal(shape.parameters, 169);
    assert.deepEqual(vocabulary.characters, ['\n', 'a', '😂']);
    assert.equal(parameters[0].name, 'layer0.Wx');
    assert.equal(training.history.length, 2);
    assert.equal(bytes, readFileSync(model).length);
  });

  it('prints only the picture with --svg -', async () => {
    assert.match((await run('inspect', model, '--svg', '-')).stdout, /^<svg .*<\/svg>\n$/s);
  });

  it('has nothing to draw without a training run, and writes no picture', async () => {
    const sampler = path('sampler.json');
    const picture = path('none.svg');
    await saveCheckpoint(sampler, exampleWithoutTraining());
    const { code, stdout, stderr } = await run('inspect', sampler, '--svg', picture);
    assert.deepEqual([code, stdout, stderr], [1, '', `charrnn: ${sampler}: no losses to draw\n`]);
    assert.ok(!existsSync(picture));
  });
});
