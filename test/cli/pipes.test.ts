import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { temporaryFolder } from '../temporary-folder.js';
import { end, program, start } from './program.js';

const tiny = ['--layers', '1', '--hidden', '4', '--batch', '4', '--sequence', '5', '--steps', '2', '--quiet'];
const text = 'the cat sat on the mat. '.repeat(40);

describe('a dash', () => {
  const { path, remove } = temporaryFolder();
  const model = path('model.json');
  after(remove);

  it('stands for the corpus on standard input, wherever it is among the options', async () => {
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

  it('stands for the checkpoint on standard input', async () => {
    const child = start(['sample', '-', '--length', '12', '--seed', '1']);
    child.stdin?.end(readFileSync(model));
    const { code, stdout, stderr } = await end(child);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.length, 12);
  });
});

describe('bash', () => {
  const { path, remove } = temporaryFolder();
  after(remove);

  it('can pass corpus, configuration, checkpoint and log by process substitution and /dev/stdin', function () {
    if (spawnSync('bash', ['-c', 'exit 0']).status !== 0) this.skip();
    const [model, corpus, log] = ['model.json', 'corpus.txt', 'log.jsonl'].map(path);
    writeFileSync(corpus, text);
    const script = `set -e
charrnn() { "$NODE" "$PROGRAM" "$@"; }
charrnn train <(cat "$CORPUS") --config <(echo '{"hidden": 4, "layers": 1, "batch": 4, "sequence": 5, "steps": 2}') \
  --quiet -o "$MODEL" --log >(cat > "$LOG")
charrnn sample <(cat "$MODEL") --length 12 --seed 1
cat "$MODEL" | charrnn sample /dev/stdin --length 12 --seed 1
charrnn sample /dev/stdin --length 12 --seed 1 < "$MODEL"`;
    const env = { ...process.env, NODE: process.execPath, PROGRAM: program, MODEL: model, CORPUS: corpus, LOG: log };
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { env, encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(stdout.length, 36);
    assert.equal(stdout, stdout.slice(0, 12).repeat(3));
    assert.equal(JSON.parse(readFileSync(log, 'utf8')).step, 2);
  });
});
