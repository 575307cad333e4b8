import assert from 'node:assert/strict';
import { type LabelledLine, type LabelRequest, labelLines } from '../../src/answering/labels.js';
import { textOf } from '../../src/errors.js';
import { type Checkpoint, label } from '../../src/index.js';
import { reference } from '../../src/kernels/backend.js';
import { create, forReading, layOut } from '../../src/model/instance.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { temporaryFolder } from '../temporary-folder.js';
import { inPieces } from '../text/in-pieces.js';
import { trainTask } from './trained.js';

/** The probabilities of the labels by the reference kernels in float64, in one sequence without a batch. */
function plainProbabilities({ model: shape, vocabulary, parameters }: Checkpoint, text: string): number[] {
  const known = new Vocabulary(vocabulary);
  const characters = Array.from(`${text}\n`, (character) => known.indexOf(character.codePointAt(0) ?? 0));
  const symbols = Int32Array.from(characters.filter((index) => index >= 0));
  const settings = forReading({ batch: 1, sequence: symbols.length });
  const layout = layOut({ backend: reference('float64'), shape, settings });
  const { model, worker, kernels } = create(layout, parameters);
  kernels.writeIndices(model.inputs, symbols);
  model.prepare(worker, undefined);
  model.begin(worker, undefined);
  model.forward(worker, undefined);
  model.decode(worker, undefined);
  const weights = Array.from(kernels.read(model.logits), (logit) => Math.exp(logit));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

describe('labels of lines', () => {
  const { folder, remove } = temporaryFolder();
  after(remove);
  let checkpoint: Checkpoint;
  before(async () => {
    ({ checkpoint } = await trainTask(folder, { name: 'label' }));
  });

  const lines = [
    ...['kerit', '', 'maloeee mo', 'o', 'never?seen', 'tapir'.repeat(40), 'no'.repeat(32), 'x'.repeat(64)],
    ...Array.from({ length: 150 }, (_, i) => 'karelikimontu zivvu '.repeat(1 + (i % 3)).slice(0, (17 * i) % 50)),
    'a'.repeat(63),
    'talk '.repeat(60),
  ];

  async function labelled(text: string | Uint8Array[], changes: Partial<LabelRequest> = {}): Promise<LabelledLine[]> {
    const pieces = typeof text === 'string' ? [Buffer.from(text)] : text;
    const all: LabelledLine[] = [];
    const request: LabelRequest = {
      ...{ checkpoint, files: ['-'], top: undefined, threshold: 0, encoding: 'utf8', threads: 1, backend: 'wasm' },
      stdin: inPieces(...pieces),
      onNotice: (message) => assert.fail(textOf(message)),
      ...changes,
    };
    for await (const block of labelLines(request)) all.push(...block);
    return all;
  }
  const bestOf = (all: readonly LabelledLine[]) => all.map(({ best }) => best);

  it('have the probabilities of the reference in float64 within 1e-5, texts of any length', async () => {
    const all = await labelled(`${lines.join('\n')}\n`);
    assert.equal(all.length, lines.length);
    const names = checkpoint.model.task?.labels ?? [];
    for (const [i, { best, label, number }] of all.entries()) {
      const expected = plainProbabilities(checkpoint, lines[i]);
      for (const { label, probability } of best) {
        const wanted = expected[names.indexOf(label)];
        assert.ok(Math.abs(probability - wanted) <= 1e-5, `${lines[i]}: ${label} ${probability}, not ${wanted}`);
      }
      assert.deepEqual([number, label, best.length], [i + 1, best[0].label, names.length]);
      assert.ok(best.every(({ probability }, k) => k === 0 || probability <= best[k - 1].probability));
    }
    assert.ok(new Set(all.map(({ label }) => label)).size > 1);
  });

  it('have the same bits for any threads, blocks and neighbours, on the backends wasm and auto', async () => {
    const text = Buffer.from(`${lines.join('\n')}\n`);
    const expected = bestOf(await labelled([text]));
    for (const backend of ['wasm', 'auto'] as const) {
      for (const threads of [1, 3]) {
        const pieces = Array.from({ length: Math.ceil(text.length / 97) }, (_, i) =>
          text.subarray(97 * i, 97 * (i + 1)),
        );
        assert.deepEqual(bestOf(await labelled(pieces, { threads, backend })), expected);
      }
    }
    assert.deepEqual(bestOf(await labelled([...lines].reverse().join('\n'))).reverse(), expected);
    for (const i of [0, 1, 5, 7, lines.length - 1]) {
      assert.deepEqual(bestOf(await labelled(`${lines[i]}\n`)), [expected[i]]);
    }
  });

  it('are those of the best only, if so many are wanted, and unsure below the threshold', async () => {
    const all = bestOf(await labelled('kerit\nno'));
    const two = await labelled('kerit\nno', { top: 2 });
    assert.deepEqual(
      bestOf(two),
      all.map((best) => best.slice(0, 2)),
    );
    assert.equal((await labelled('no', { top: 99 }))[0].best.length, 3);
    const { probability } = all[0][0];
    assert.equal((await labelled('kerit', { threshold: probability }))[0].label, all[0][0].label);
    assert.equal((await labelled('kerit', { threshold: probability + 1e-9 }))[0].label, 'unsure');
  });

  it('ignore a byte-order mark, the carriage return of a line end and unknown characters, which they count', async () => {
    const [plain] = bestOf(await labelled('kerit'));
    for (const [text, unknown] of [
      ['\ufeffkerit\r\n', 0],
      ['kerit\r', 0],
      ['ke☃rit☃☃', 3],
    ] as const) {
      const [line] = await labelled(text);
      assert.deepEqual([line.best, line.unknown], [plain, unknown]);
      assert.equal(Buffer.from(line.bytes).toString(), text.replace('\n', ''));
    }
    const withUnknown = await trainTask(folder, { name: 'label' }, { minCount: 10, steps: 5 });
    assert.ok(withUnknown.checkpoint.vocabulary.unknown);
    const [[a], [b]] = [await labelled('k☃', withUnknown), await labelled('k', withUnknown)];
    assert.notEqual(a.best[0].probability, b.best[0].probability);
    assert.equal(a.unknown, 1);
  });

  it('are those of a truncated text, if training truncated the texts', async () => {
    const { checkpoint: short } = await trainTask(folder, { name: 'label', truncate: 3 }, { steps: 5 });
    const [a, b, c] = bestOf(await labelled('malotapir\nmalkerit\nma', { checkpoint: short }));
    assert.deepEqual(a, b);
    assert.notDeepEqual(a, c);
  });

  it('come from the library, too', async () => {
    const all = [];
    for await (const answer of label(checkpoint, ['kerit', '', 'x☃'], { backend: 'wasm', threads: 1 }))
      all.push(answer);
    const expected = await labelled('kerit\n\nx☃');
    assert.deepEqual(
      all,
      expected.map(({ bytes, label, best, unknown }) => ({
        ...{ text: Buffer.from(bytes).toString(), label, probability: best[0].probability, labels: best, unknown },
      })),
    );
    await assert.rejects(label(checkpoint, ['a\nb']).next(), { message: 'line 1: contains a line feed; split it' });
    await assert.rejects(label(checkpoint, ['a'], { threshold: 2 }).next(), {
      message: 'threshold 2: must be from 0 to 1',
    });
  });

  it('are refused when the weights are too large', async () => {
    const parameters = checkpoint.parameters.map(({ name, shape, values }) => ({
      ...{ name, shape },
      values: name === 'decoder.b' ? values.map(() => Number.POSITIVE_INFINITY) : values,
    }));
    const message = "the model's output is not finite; its weights are too large, use another checkpoint";
    await assert.rejects(labelled('a', { checkpoint: { ...checkpoint, parameters } }), { message });
  });
});
