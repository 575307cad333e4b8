import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelLines } from '../../src/answering/labels.js';
import { translate } from '../../src/answering/translate.js';
import { CharrnnError } from '../../src/errors.js';
import { evaluateExamples, loadCheckpoint } from '../../src/index.js';
import { train } from '../../src/training/train.js';
import { temporaryFolder } from '../temporary-folder.js';
import { requestOf } from '../training/harness.js';

describe('films that lines name', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);
  const COUNT = 40;
  /** A film rises or falls, in 3 to 90 frames of 2 numbers: longer than what is read at a time. */
  const frames = (i: number): number[][] =>
    Array.from({ length: i === 7 ? 90 : 3 + (i % 5) }, (_, t) => [(i % 2 ? t : -t) / 8, (i % 3) / 4]);
  const path = (i: number): string => `films/${i}.csv`;
  const kind = (i: number): string => (i % 2 ? 'rises' : 'falls');
  const labels = join(folder, 'labels.tsv');
  const sentences = join(folder, 'sentences.tsv');
  const list = join(folder, 'list.txt');
  const numbers = Array.from({ length: COUNT }, (_, i) => i);
  const common = { encoding: 'utf8', backend: 'auto', onNotice: () => assert.fail() } as const;

  before(async () => {
    mkdirSync(join(folder, 'films'));
    for (const i of numbers) {
      const rows = frames(i).map((row) => row.join(','));
      writeFileSync(join(folder, path(i)), `${rows.join('\n')}\n`);
    }
    writeFileSync(labels, numbers.map((i) => `${kind(i)}\t${path(i)}\n`).join(''));
    writeFileSync(sentences, numbers.map((i) => `${path(i)}\tit ${kind(i)}\n`).join(''));
    writeFileSync(list, numbers.map((i) => `${path(i)}\r\n`).join(''));
    for (const [name, corpus] of [
      ['label', labels],
      ['translate', sentences],
    ] as const) {
      const { data, ...request } = requestOf(corpus, {
        layers: 1,
        hidden: 12,
        batch: 10,
        steps: 200,
        learningRate: 0.02,
      });
      const task = { name, films: true, reverseSource: name === 'translate' };
      const output = join(folder, `${name}.json`);
      await train({ ...request, data: { ...data, sequence: undefined, validation: 0 }, task, output });
    }
  });

  async function labelled(files: readonly string[], threads = 2) {
    const checkpoint = await loadCheckpoint(join(folder, 'label.json'));
    const found = [];
    for await (const block of labelLines({ ...common, checkpoint, files, threads, top: 2, threshold: 0 }))
      found.push(...block);
    return found;
  }

  async function translated(files: readonly string[], beam = 1, threads = 2) {
    const checkpoint = await loadCheckpoint(join(folder, 'translate.json'));
    const found = [];
    for await (const block of translate({ ...common, checkpoint, files, threads, beam, length: 40 }))
      found.push(...block);
    return found;
  }

  it('get the labels that eval finds right, whatever the number of threads', async () => {
    const found = await labelled([list]);
    assert.deepEqual(
      found.map(({ bytes, number }) => [Buffer.from(bytes).toString(), number]),
      numbers.map((i) => [`${path(i)}\r`, i + 1]),
    );
    assert.deepEqual(await labelled([list], 1), found);
    const right = found.filter(({ label }, i) => label === kind(i)).length / COUNT;
    const checkpoint = await loadCheckpoint(join(folder, 'label.json'));
    const measured = await evaluateExamples(checkpoint, [labels]);
    assert.ok(measured.task === 'label' && measured.accuracy === right);
    assert.ok(right > 0.9, `${right}`);
  });

  it('get the sentences that eval finds exact, by a beam, too', async () => {
    const found = await translated([list]);
    assert.deepEqual(
      found.map(({ source, line }) => [source, line]),
      numbers.map((i) => [path(i), i + 1]),
    );
    assert.deepEqual(await translated([list], 1, 1), found);
    const exact = found.filter(({ text }, i) => text === `it ${kind(i)}`).length / COUNT;
    const checkpoint = await loadCheckpoint(join(folder, 'translate.json'));
    const measured = await evaluateExamples(checkpoint, [sentences]);
    assert.ok(measured.task === 'translate' && measured.exact === exact);
    assert.ok(exact > 0.9, `${exact}`);
    assert.equal((await translated([list], 3)).length, COUNT);
  });

  it('may be given as .npy files in place of a list', async () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 2), }".padEnd(117);
    const bytes = Buffer.alloc(10 + 118 + 32);
    bytes.write('\x93NUMPY\x01\x00', 'latin1');
    bytes.writeUInt16LE(118, 8);
    bytes.write(`${header}\n`, 10);
    for (const [i, value] of frames(6).flat().entries()) bytes.writeFloatLE(value, 128 + 4 * i);
    const film = join(folder, 'six.npy');
    writeFileSync(film, bytes);
    const [six] = await labelled([film]);
    const other = (await labelled([list]))[6];
    assert.deepEqual([six.best, six.source, six.number], [other.best, film, 1]);
    assert.equal((await translated([film]))[0].text, (await translated([list]))[6].text);
  });

  it('are refused when a line is blank, and when a film is missing or has another width', async () => {
    const given = (text: string): string[] => {
      const file = join(folder, 'given.txt');
      writeFileSync(file, text);
      return [file];
    };
    const refused = (message: RegExp) => (error: unknown) =>
      error instanceof CharrnnError && message.test(error.message);
    writeFileSync(join(folder, 'wide.csv'), '1,2,3\n');
    await assert.rejects(labelled(given(`${path(0)}\n\n`)), refused(/given\.txt: line 2 is blank; give the path/));
    await assert.rejects(translated(given('films/none.csv\n')), refused(/films\/none\.csv: no such file/));
    await assert.rejects(
      labelled(given('wide.csv\n')),
      refused(/wide\.csv: vectors of 3 numbers, the model reads 2; give vectors of that width/),
    );
  });
});
