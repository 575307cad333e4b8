import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
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

  describe('of several files', () => {
    const other = path('other.json');
    const log = path('run.jsonl');
    const line = {
      ...{ epoch: 1, loss: 2, bitsPerCharacter: 3, learningRate: 0.1, gradientNorm: 1, clipped: 0, secondsLeft: null },
    };
    before(async () => {
      const { training, ...rest } = example();
      if (!training) assert.fail();
      const config = { ...training.config, optimizer: { ...training.config.optimizer, learningRate: 0.004 } };
      await saveCheckpoint(other, { ...rest, training: { ...training, config } });
      const lines = [3, 2.5, 2.75].map((validationLoss, i) => ({
        ...{ ...line, step: 10 * (i + 1), validationLoss, charactersPerSecond: [900, 100, 5000][i] },
      }));
      writeFileSync(log, lines.map((value) => `${JSON.stringify(value)}\n`).join(''));
    });

    it('has a column for each, and a row for each option that differs', async () => {
      const { code, stdout, stderr } = await run('inspect', model, other, log);
      assert.deepEqual([code, stderr], [0, '']);
      const cells = stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.split(/ {2,}/).map((cell) => cell.trim()));
      const rows = new Map(cells.map(([title, ...others]) => [title, others]));
      assert.deepEqual(rows.get(''), [model, other, log]);
      assert.deepEqual(rows.get('model'), ['gru 2×3', 'gru 2×3', '-']);
      assert.deepEqual(rows.get('learning-rate')?.slice(1), ['0.004', '-']);
      assert.deepEqual(rows.get('steps'), ['40 of 100', '40 of 100', '30']);
      assert.deepEqual(rows.get('lowest'), ['1.500 at 40', '1.500 at 40', '2.500 at 20']);
      assert.deepEqual(rows.get('speed'), ['-', '-', '900 char/s']);
      // Both have the same seed, batch and so on.
      assert.equal(rows.get('seed') ?? rows.get('batch'), undefined);
    });

    it('prints an array with --json, and draws a curve for each', async () => {
      const files = JSON.parse((await run('inspect', model, log, '--json')).stdout);
      assert.deepEqual(
        files.map((found: { file: string; kind: string }) => [found.file, found.kind]),
        [
          [model, 'checkpoint'],
          [log, 'log'],
        ],
      );
      assert.equal(files[0].training.options.hidden, 3);
      assert.deepEqual([files[1].best.step, files[1].charactersPerSecond], [20, 900]);
      const { stdout } = await run('inspect', model, log, '--history');
      assert.ok(stdout.includes(`◦ ${log} validation 2.750 (3.967 bits), best 2.500 at step 20\n`), stdout);
    });

    it('shows a log by itself', async () => {
      assert.match((await run('inspect', log)).stdout, /^validation +2\.750$/m);
      assert.equal(JSON.parse((await run('inspect', log, '--json')).stdout).step, 30);
    });

    it('refuses what is neither, and what can be read only once', async () => {
      const novel = path('novel.txt');
      writeFileSync(novel, 'Call me Ishmael.');
      const { code, stdout, stderr } = await run('inspect', model, novel);
      assert.deepEqual([code, stdout], [1, '']);
      assert.ok(stderr.startsWith(`charrnn: ${novel}: `), stderr);
      assert.equal((await run('inspect', '-', '-')).code, 2);
    });
  });
});
