import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { trainTask } from '../answering/trained.js';
import { temporaryFolder } from '../temporary-folder.js';
import { end, run, saveModel, start } from './program.js';

describe('charrnn label', () => {
  const { folder, path, remove } = temporaryFolder();
  const text = path('text.txt');
  const other = path('text-model.json');
  let model: string;
  let corpus: string;
  before(async () => {
    ({ path: model, corpus } = await trainTask(folder, { name: 'label' }));
    await saveModel(other, 'e');
    writeFileSync(text, 'kerit\n\nno mo\nke☃rit');
  });
  after(remove);

  /** What it writes for this standard input. */
  async function labels(input: string | Uint8Array, ...args: string[]) {
    const child = start(['label', ...args]);
    child.stdin?.end(input);
    return end(child);
  }

  it('writes the label, its probability and the line, for each line of standard input or a file', async () => {
    const { code, stdout, stderr } = await run('label', model, text);
    assert.deepEqual([code, stderr], [0, '']);
    const rows = stdout.split('\n').map((line) => line.split('\t'));
    assert.deepEqual(
      rows.map(([, , line]) => line),
      ['kerit', '', 'no mo', 'ke☃rit', undefined],
    );
    for (const [label, probability] of rows.slice(0, -1)) {
      assert.match(label, /^(aru|belk|cimo)$/);
      assert.match(probability, /^[01]\.\d{4}$/);
    }
    assert.equal((await labels('kerit\n\nno mo\nke☃rit', model)).stdout, stdout);
    assert.equal((await run('label', model, text, '--threads', '1', '--backend', 'wasm')).stdout, stdout);
    const copy = path('copy.txt');
    copyFileSync(text, copy);
    assert.equal((await run('label', model, text, copy)).stdout, stdout + stdout);
  });

  it('writes several labels, best first, and unsure below the threshold', async () => {
    const [first] = (await run('label', model, text, '--top', '2')).stdout.split('\n');
    const [best, p, second, q, line, ...rest] = first.split('\t');
    assert.deepEqual([line, rest], ['kerit', []]);
    assert.ok(best !== second && Number(p) >= Number(q));
    const unsure = (await run('label', model, text, '--threshold', '1')).stdout.split('\n');
    assert.deepEqual(unsure[0].split('\t'), ['unsure', p, 'kerit']);
  });

  it('writes JSON with all labels, or the best', async () => {
    const { stdout } = await run('label', model, text, '--json');
    const [first, , , last] = stdout
      .trimEnd()
      .split('\n')
      .map((json) => JSON.parse(json));
    assert.deepEqual(Object.keys(first), ['file', 'line', 'text', 'label', 'probability', 'labels', 'unknown']);
    assert.deepEqual([last.file, last.line, last.text, last.unknown], [text, 4, 'ke☃rit', 1]);
    assert.equal(first.labels[first.label], first.probability);
    const sum = Object.values<number>(first.labels).reduce((total, value) => total + value, 0);
    assert.ok(Object.keys(first.labels).length === 3 && Math.abs(sum - 1) < 1e-12);
    const [one] = (await run('label', model, text, '--json', '--top', '1')).stdout.split('\n');
    assert.deepEqual(JSON.parse(one), { ...first, labels: { [first.label]: first.probability } });
  });

  it('returns lines byte for byte, and reads them in another encoding', async () => {
    const bytes = Buffer.from([0xff, 0x0d, 0x0a, 0xc3, 0x28, 0x0a]);
    const child = start(['label', model]);
    child.stdin?.end(bytes);
    const parts: Buffer[] = [];
    child.stdout?.on('data', (part) => parts.push(part));
    assert.equal((await once(child, 'close'))[0], 0);
    const written = Buffer.concat(parts).toString('latin1').replace(/^.*\t/gm, '');
    assert.deepEqual(Buffer.from(written, 'latin1'), bytes);
    const latin1 = await labels(Buffer.from('\xf6land\n', 'latin1'), model, '--json', '--encoding', 'latin1');
    const { text, unknown } = JSON.parse(latin1.stdout);
    assert.deepEqual([text, unknown], ['öland', 0]);
  });

  it('answers line by line while its input continues, and ends when its reader goes away', async () => {
    const child = start(['label', model]);
    for (const line of ['one\n', 'two\n']) {
      child.stdin?.write(line);
      const [answer] = await once(child.stdout ?? child, 'data');
      assert.ok(String(answer).endsWith(`\t${line}`));
    }
    child.stdout?.destroy();
    child.stdin?.on('error', () => {});
    child.stdin?.write('three\n');
    const { code, stderr } = await end(child);
    assert.deepEqual([code, stderr], [0, '']);
  });

  if (process.platform !== 'win32') {
    it('exits with 130 on Ctrl-C, and says nothing', async () => {
      const child = start(['label', model]);
      const ended = end(child);
      child.stdin?.write('one\n');
      await once(child.stdout ?? child, 'data');
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      assert.deepEqual([code, stderr], [130, '']);
    });
  }

  it('refuses a model of text, as the commands for text refuse a model of labels', async () => {
    const said = async (...args: string[]) => {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual([code, stdout], [2, '']);
      return stderr;
    };
    assert.match(
      await said('label', other, text),
      /: its model continues texts; use charrnn sample, score or eval, or train a model with --task label\n/,
    );
    for (const command of ['sample', 'score']) {
      assert.match(await said(command, model), /: its model labels texts; use charrnn label or eval\n/);
    }
  });

  it('is measured by eval, as a table or JSON', async () => {
    const { code, stdout, stderr } = await run('eval', model, corpus);
    assert.deepEqual([code, stderr], [0, '']);
    const [heading, row, empty, ...matrix] = stdout.trimEnd().split('\n');
    assert.match(heading, /^examples {2}accuracy {2}macro-F1 +nats {2}unknown$/);
    assert.match(row, /^ +60 +0\.\d{4} +0\.\d{4} +\d\.\d{4} +0$/);
    assert.equal(empty, '');
    assert.match(matrix[0], /^label \\ answer +aru +belk +cimo +precision +recall +F1$/);
    assert.equal(matrix.length, 4);
    const measured = JSON.parse((await run('eval', model, corpus, '--json', '--split', 'training')).stdout);
    assert.deepEqual([measured.task, measured.examples, measured.labels.length], ['label', 54, 3]);
    for (const option of ['--window', '--warm-up']) {
      const refused = await run('eval', model, corpus, option, '3');
      assert.equal(refused.code, 2);
      assert.ok(refused.stderr.startsWith(`charrnn: ${option}: examples of the task label have no text before them`));
    }
  });

  it('is shown by inspect with its task and labels', async () => {
    const { stdout } = await run('inspect', model);
    assert.match(stdout, /\ntask label, 3 labels\n {2}aru, belk, cimo\n/);
    assert.match(stdout, /charrnn train CORPUS --task label /);
    const { model: shown } = JSON.parse((await run('inspect', model, '--json')).stdout);
    assert.deepEqual(shown.task, { name: 'label', labels: ['aru', 'belk', 'cimo'] });
  });
});
