import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { saveCheckpoint } from '../../src/checkpoint/write.js';
import { halfValue } from '../../src/exchange/half.js';
import type { PlayData } from '../../src/pages/play-data.js';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, start } from './program.js';

const text = 'The quick brown fox jumps over the lazy dog. Why not?\n'.repeat(60);

function dataIn(html: string): PlayData {
  const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json);
}

describe('charrnn page', () => {
  const { path, remove } = temporaryFolder({ 'corpus.txt': text });
  const [model, corpus, output] = ['model.json', 'corpus.txt', 'play.html'].map(path);
  before(async () => {
    const small = ['--hidden', '8', '--layers', '2', '--batch', '4', '--sequence', '10', '--threads', '1', '--quiet'];
    const trained = await run('train', corpus, ...small, '--steps', '20', '-o', model);
    assert.deepEqual([trained.code, trained.stderr], [0, '']);
  });
  after(remove);

  it('writes a page with the exact weights, its settings and its card; the same bytes each time', async () => {
    const args = ['page', model, '--prime', 'The q', '-t', '0.5', '--top-p', '0.9', '-n', '77', '--seed', '5'];
    const { code, stdout, stderr } = await run(...args, '-o', output);
    assert.deepEqual([code, stdout], [0, '']);
    assert.match(stderr, /^\S*play\.html: \d+ kB\n$/);
    const html = readFileSync(output, 'utf8');
    const data = dataIn(html);
    const { parameters, model: shape, vocabulary } = await loadCheckpoint(model);
    const bytes = Buffer.from(data.weights, 'base64');
    let at = 0;
    for (const { values } of parameters) {
      for (const value of values) assert.equal(bytes.readFloatLE(4 * at++), value);
    }
    assert.equal(bytes.length, 4 * at);
    assert.deepEqual([data.model, data.vocabulary, data.title, data.name], [shape, vocabulary, 'model', 'model']);
    const { prime, temperature, topP, length, seed } = data.settings;
    assert.deepEqual([prime, temperature, topP, length, seed], ['The q', 0.5, 0.9, 77, 5]);
    assert.match(data.card.training?.command ?? '', /^charrnn train CORPUS .*--hidden 8/);
    assert.match(html, /script-src 'sha256-[^']+' 'wasm-unsafe-eval';/);
    assert.doesNotMatch(html, new RegExp(path('')), 'the page does not tell where files are');
    const again = await run(...args, '-o', '-');
    assert.deepEqual([again.code, again.stdout === html], [0, true]);
  });

  it('rounds weights to half precision and tells what that costs, as eval measures it', async () => {
    const measured = ['--text', corpus, '--split', 'validation', '--threads', '1'];
    const { code, stderr } = await run('page', model, '--precision', 'half', ...measured, '-o', output);
    assert.equal(code, 0, stderr);
    const nats = String.raw`\d\.\d{3} \(\d\.\d{3} bits\)`;
    const cost = String.raw`what training held out of corpus\.txt: ${nats} in half precision, ${nats} before: [+−]\S+e-\d nats a character\n`;
    assert.match(stderr, new RegExp(`^${cost}\\S*play\\.html: \\d+ kB\\n$`));
    const data = dataIn(readFileSync(output, 'utf8'));
    const { parameters, ...rest } = await loadCheckpoint(model);
    const bytes = Buffer.from(data.weights, 'base64');
    let at = 0;
    const rounded = parameters.map((array) => {
      const values = array.values.map((value) => {
        const half = halfValue(bytes.readUInt16LE(2 * at++));
        assert.ok(Math.abs(half - value) <= Math.abs(value) / 2048 + 2 ** -25);
        return half;
      });
      return { ...array, values };
    });
    assert.equal(bytes.length, 2 * at);
    await saveCheckpoint(path('rounded.json'), { ...rest, parameters: rounded });
    for (const [name, loss] of [
      ['model.json', data.cost?.single],
      ['rounded.json', data.cost?.half],
    ] as const) {
      const args = [path(name), corpus, '--split', 'validation', '--json', '--threads', '1'];
      assert.equal(JSON.parse((await run('eval', ...args)).stdout).total.nats, loss);
    }
    assert.ok(data.cost && data.cost.single !== data.cost.half && Math.abs(data.cost.single - data.cost.half) < 0.01);
    assert.equal(data.cost.text, 'what training held out of corpus.txt');
  });

  it('reads a model without a record of its training, from standard input', async () => {
    const { training: _, ...weights } = await loadCheckpoint(model);
    await saveCheckpoint(path('weights.json'), weights);
    const child = start(['page', '-', '-o', output, '--quiet']);
    child.stdin?.end(readFileSync(path('weights.json')));
    const { code, stdout, stderr } = await end(child);
    assert.deepEqual([code, stdout, stderr], [0, '', '']);
    const { card, title } = dataIn(readFileSync(output, 'utf8'));
    assert.deepEqual([card.training, title], [null, 'a model']);
  });

  it('leaves a file that is no page alone', async () => {
    writeFileSync(path('notes.txt'), 'my notes');
    const { code, stderr } = await run('page', model, '-o', path('notes.txt'));
    assert.equal(code, 1);
    assert.match(stderr, /notes\.txt: already exists and is not a page in HTML/);
    assert.equal(readFileSync(path('notes.txt'), 'utf8'), 'my notes');
  });
});
