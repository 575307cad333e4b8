import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, start } from './program.js';

const tiny = ['--layers', '1', '--hidden', '4', '--batch', '4', '--sequence', '5'];

describe('charrnn train', () => {
  const { path, remove } = temporaryFolder();
  const corpus = path('corpus.txt');
  const model = path('model.json');
  before(() => writeFileSync(corpus, 'the cat sat on the mat. '.repeat(40)));
  after(remove);

  it('writes a checkpoint that sample reads, nothing to standard output, and its progress to standard error', async () => {
    const { code, stdout, stderr } = await run(
      'train',
      corpus,
      '-o',
      model,
      '--steps',
      '3',
      '--sample-every',
      '2',
      ...tiny,
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, '');
    for (const part of [
      'lstm 1×4',
      'step 1/3',
      'validation loss',
      'sample at step 2',
      `saved ${model}`,
      'completed after 3 steps',
    ]) {
      assert.ok(stderr.includes(part), `${part} is not in:\n${stderr}`);
    }
    // No colours, no moving cursor in a log.
    assert.ok(!stderr.includes('\u001b'), stderr);
    assert.equal((await run('sample', model, '-n', '20', '--seed', '1')).stdout.length, 20);
  });

  it('prints one object per event with --json', async () => {
    const { code, stdout } = await run('train', corpus, '-o', model, '--steps', '2', '--json', '--quiet', ...tiny);
    assert.equal(code, 0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).event)
      // On a machine with a BLAS the first event is a hint.
      .filter((event) => event !== 'notice');
    assert.equal(events[0], 'started');
    assert.equal(events.filter((event) => event === 'step').length, 2);
    assert.deepEqual(events.slice(-2), ['saved', 'finished']);
  });

  it('prints nothing with --quiet', async () => {
    const { code, stdout, stderr } = await run('train', corpus, '-o', model, '--steps', '2', '--quiet', ...tiny);
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: '', stderr: '' });
  });

  it('stores the options of the training run, and none of the output', async () => {
    await run('train', corpus, '-o', model, '--steps', '2', '--learning-rate', '1e-3', '--quiet', ...tiny);
    const { options } = JSON.parse(readFileSync(model, 'utf8')).training;
    assert.equal(options['learning-rate'], 0.001);
    assert.equal(options.hidden, 4);
    for (const name of ['output', 'quiet', 'json', 'sample-every', 'learningRate']) assert.ok(!(name in options), name);
  });

  it('reports a missing corpus in one line with exit code 1', async () => {
    const { code, stderr } = await run('train', path('none.txt'), '-o', model);
    assert.equal(code, 1);
    assert.match(stderr, /^charrnn: .*none\.txt[^\n]*\n$/);
  });

  it('saves and succeeds when the reader of --json goes away', async () => {
    const output = path('abandoned.json');
    const child = start(['train', corpus, '-o', output, '--minutes', '5', '--json', '--quiet', ...tiny]);
    if (!child.stdout) assert.fail('no standard output');
    // A run that ends before its first step saves nothing.
    for (let text = ''; !text.includes('"event":"step"'); ) text += String((await once(child.stdout, 'data'))[0]);
    child.stdout.destroy();
    const { code, stderr } = await end(child);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.equal(JSON.parse(readFileSync(output, 'utf8')).format, 'charrnn');
  });

  it('does not train on a checkpoint as text unless forced', async () => {
    const folder = temporaryFolder();
    try {
      const [text, model, other] = ['a.txt', 'm.json', 'o.json'].map(folder.path);
      writeFileSync(text, 'the cat sat on the mat. '.repeat(20));
      const tiny = ['--layers', '1', '--hidden', '2', '--batch', '2', '--sequence', '5', '--steps', '1', '--quiet'];
      assert.equal((await run('train', text, ...tiny, '-o', model)).code, 0);
      const { code, stderr } = await run('train', model, ...tiny, '-o', other);
      const ways = `to resume it, give --resume ${model} and its text; to train on its characters, add --force`;
      assert.deepEqual(
        [code, stderr.split('\n')[0], existsSync(other)],
        [2, `charrnn: ${model}: is a charrnn checkpoint, not a text; ${ways}`, false],
      );
      assert.equal((await run('train', model, ...tiny, '-o', other, '--force')).code, 0);
    } finally {
      folder.remove();
    }
  });
});
