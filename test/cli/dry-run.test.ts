import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { run } from './program.js';

describe('charrnn train --dry-run', () => {
  const { path, remove } = temporaryFolder();
  const corpus = path('corpus.txt');
  const train = (...args: string[]) => run('train', corpus, '-o', path('new/model.json'), '--hidden', '8', ...args);
  before(() => writeFileSync(corpus, 'the cat sat on the mat. '.repeat(200)));
  after(remove);

  it('prints the plan as one object with --json, and writes nothing', async () => {
    const { code, stdout, stderr } = await train('--dry-run', '--json', '--quiet', '--batch', '5');
    assert.equal(code, 0, stderr);
    const plan = JSON.parse(stdout);
    assert.deepEqual([plan.model.hidden, plan.run.batch, plan.corpus.characters], [8, 5, 4800]);
    assert.ok(plan.estimate.seconds > 0);
    assert.deepEqual(readdirSync(path('.')), ['corpus.txt']);
  });

  it('refuses what a run would refuse: a model over 4 GiB, in one line and at once', async () => {
    const start = performance.now();
    const { code, stdout, stderr } = await run(
      ...['train', corpus, '--dry-run', '--batch', '65536', '--sequence', '65536'],
      ...['--hidden', '16384', '--layers', '64'],
    );
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^charrnn: the model needs at least 112\.\d PiB, WebAssembly offers 4\.0 GiB; the largest part is activations, .*: lower .*\n$/,
    );
    assert.ok(performance.now() - start < 5000, 'it took too long');
  });
});
