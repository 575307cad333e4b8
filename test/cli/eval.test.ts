import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { UNKNOWN_NATS } from '../../src/scoring/figures.js';
import { TEXT, TrainingFolder } from '../training/harness.js';
import { end, program, run, start } from './program.js';

const sizes = { layers: 1, hidden: 8, batch: 5, sequence: 8, steps: 20, validateEvery: 10 };

describe('charrnn eval', () => {
  const files = new TrainingFolder();
  const path = (name: string): string => join(files.folder, name);
  const corpus = path('corpus.txt');
  let model: string;
  before(async () => {
    model = await files.train(TEXT, sizes);
    mkdirSync(path('more'));
    writeFileSync(path('more/a.txt'), TEXT.slice(0, 300));
    writeFileSync(path('more/b.txt'), `${TEXT.slice(300, 500)}éé`);
    writeFileSync(path('more/picture.png'), Buffer.of(0x89, 0));
  });
  after(() => files.remove());

  /** The JSON that it prints. */
  async function measured(...args: string[]) {
    const { code, stdout, stderr } = await run('eval', ...args, '--json');
    assert.deepEqual([code, stderr], [0, '']);
    return JSON.parse(stdout);
  }

  it('prints a table of files, folders and globs, and reports what it left out', async () => {
    const { code, stdout, stderr } = await run('eval', model, corpus, path('more'), path('m*/a.*'));
    assert.equal(code, 0);
    assert.equal(stderr, `note: skipped 1 file that is not text: ${path('more/picture.png')}\n`);
    const [heading, ...rows] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(heading, ['text', 'characters', 'predicted', 'unknown', 'nats', 'bits', 'perplexity']);
    assert.deepEqual(
      rows.map((row) => row.slice(0, 4)),
      [
        [corpus, '912', '911', '0'],
        [path('more/a.txt'), '300', '299', '0'],
        [path('more/b.txt'), '202', '201', '2'],
        ['total', '1,414', '1,411', '2'],
      ],
    );
    for (const row of rows) assert.match(row.slice(4).join(' '), /^\d\.\d{4} \d\.\d{4} \d+\.\d{3}$/);
  });

  it('prints one object with --json, in which the files add up to the total', async () => {
    const { files: each, total } = await measured(model, corpus, path('more/b.txt'));
    assert.deepEqual(Object.keys(each[1]), [
      ...['name', 'characters', 'predictions', 'unknown', 'nats', 'bits', 'perplexity'],
    ]);
    const sum = each[0].nats * each[0].predictions + each[1].nats * each[1].predictions;
    assert.ok(Math.abs(sum / total.predictions - total.nats) < 1e-12);
    assert.ok(each[1].nats * each[1].predictions > 2 * UNKNOWN_NATS);
    assert.equal(total.bits, total.nats / Math.LN2);
  });

  it('finds the recorded validation loss to the last digit with --split validation and any number of threads', async () => {
    const { training } = await loadCheckpoint(model);
    assert.ok(training?.bestValidationLoss);
    for (const threads of ['1', '2', '3']) {
      const { total } = await measured(model, corpus, '--split', 'validation', '--threads', threads);
      assert.equal(total.nats, training.bestValidationLoss);
    }
  });

  it('supports warm-up, windows and dynamic evaluation', async () => {
    const { total } = await measured(model, corpus, '--warm-up', '100');
    assert.equal(total.predictions, TEXT.length - 100);
    const { total: short } = await measured(model, corpus, '--window', '4');
    const { total: plain } = await measured(model, corpus);
    assert.equal(short.predictions, plain.predictions);
    assert.ok(short.nats > plain.nats);
    const { total: both } = await measured(model, corpus, '--dynamic', '--dynamic-rate', '0.002');
    const { dynamic, ...fixed } = both;
    assert.deepEqual(fixed, plain);
    assert.ok(dynamic.nats < plain.nats);
    const { stdout } = await run('eval', model, corpus, '--dynamic');
    assert.match(stdout, /^ {2}learning +\d\.\d{4} +\d\.\d{4} +\d+\.\d{3}\n/m);
  });

  it('reads the text in the encoding of the training run, or in another', async () => {
    const latin1 = path('latin1.txt');
    writeFileSync(latin1, Buffer.from('the caf\xe9', 'latin1'));
    assert.equal((await run('eval', model, latin1)).code, 1);
    assert.equal((await measured(model, latin1, '--encoding', 'latin1')).total.characters, 8);
    const other = path('other.json');
    const checkpoint = await loadCheckpoint(model);
    const { training } = checkpoint;
    assert.ok(training);
    const data = { ...training.config.data, encoding: 'latin1' } as const;
    const config = { ...training.config, data };
    await saveCheckpoint(other, { ...checkpoint, training: { ...training, config } });
    assert.equal((await measured(other, latin1)).total.characters, 8);
  });

  it('refuses --split for a checkpoint without the record of a training run', async () => {
    const alone = path('alone.json');
    const { training: _, ...checkpoint } = await loadCheckpoint(model);
    await saveCheckpoint(alone, checkpoint);
    const { code, stderr } = await run('eval', alone, corpus, '--split', 'training');
    assert.equal(code, 2);
    assert.match(stderr, /^charrnn: --split training: the checkpoint has no record of a training run; leave it out\n/);
    assert.equal((await run('eval', alone, corpus)).code, 0);
  });

  it('reads the text, or the checkpoint, from standard input', async () => {
    for (const [args, input] of [
      [['eval', model, '-'], TEXT],
      [['eval', '-', corpus], readFileSync(model)],
    ] as const) {
      const child = start([...args, '--json']);
      child.stdin?.end(input);
      const { code, stdout, stderr } = await end(child);
      assert.deepEqual([code, stderr], [0, '']);
      assert.equal(JSON.parse(stdout).total.characters, TEXT.length);
    }
  });

  it('reads process substitutions and /dev/stdin', function () {
    if (spawnSync('bash', ['-c', 'exit 0']).status !== 0) this.skip();
    const script = `set -e
"$NODE" "$PROGRAM" eval /dev/stdin "$CORPUS" <"$MODEL" | tail -1 | tr -s ' ' | cut -d ' ' -f 2-
"$NODE" "$PROGRAM" eval <(cat "$MODEL") <(cat "$CORPUS") | tail -1 | tr -s ' ' | cut -d ' ' -f 2-`;
    const env = { ...process.env, NODE: process.execPath, PROGRAM: program, MODEL: model, CORPUS: corpus };
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
    assert.equal(stderr, '');
    const [first, second] = stdout.split('\n');
    assert.match(first, /^912 911 0 /);
    assert.equal(second, first);
  });

  it('succeeds when its reader goes away', async () => {
    const child = start(['eval', model, corpus]);
    child.stdout?.destroy();
    const { code, stderr } = await end(child);
    assert.deepEqual([code, stderr], [0, '']);
  });

  if (process.platform !== 'win32') {
    for (const more of [[], ['--dynamic']]) {
      it(`exits quietly with code 130 when interrupted ${more}`, async () => {
        const long = path('long.txt');
        writeFileSync(long, TEXT.repeat(more.length > 0 ? 500 : 20_000));
        const child = start(['eval', model, long, ...more, '--dynamic-segment', '1', '--threads', '1']);
        const ended = end(child);
        // Long after everything is loaded, and long before it is done.
        const timer = setTimeout(() => child.kill('SIGINT'), 1500);
        const { code, stdout, stderr } = await ended;
        clearTimeout(timer);
        assert.deepEqual([code, stdout, stderr], [130, '', '']);
      });
    }
  }
});
