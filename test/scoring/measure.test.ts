import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { textOf } from '../../src/errors.js';
import { cells } from '../../src/options/training-options.js';
import { DynamicReader } from '../../src/scoring/dynamic.js';
import { UNKNOWN_NATS } from '../../src/scoring/figures.js';
import { Evaluator, type MeasureRequest, measure } from '../../src/scoring/measure.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { example } from '../checkpoint/example.js';
import { TEXT, TrainingFolder } from '../training/harness.js';
import { plainNats, sumFrom } from './plain.js';

const OTHER = 'a fox that was over the dog; the dog was lazy over the fox. '.repeat(3);
const sizes = { layers: 2, hidden: 12, batch: 5, sequence: 8, steps: 30, validateEvery: 10, validation: 0.3 };

describe('measure', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  let checkpoint: Checkpoint;
  before(async () => {
    checkpoint = await loadCheckpoint(await files.train(TEXT, sizes));
  });
  let written = 0;

  /** Measures a model on these texts, or on the corpus of the latest training run. */
  function run(texts: readonly string[] | 'corpus', changes: Partial<MeasureRequest> = {}) {
    const corpus =
      texts === 'corpus'
        ? [join(files.folder, 'corpus.txt')]
        : texts.map((text) => {
            const path = join(files.folder, `text${written++}.txt`);
            writeFileSync(path, text);
            return path;
          });
    return measure({
      ...{ checkpoint, corpus, split: 'all', encoding: 'utf8', warmUp: 0, backend: 'wasm', threads: 1 },
      onNotice: (message) => assert.fail(textOf(message)),
      ...changes,
    });
  }
  const encode = (text: string): Int32Array => new Vocabulary(checkpoint.vocabulary).encode(text);
  const sum = ({ nats, predictions }: { nats: number | null; predictions: number }): number =>
    (nats ?? Number.NaN) * predictions;
  const near = (actual: number, expected: number, bound = 1e-3): void =>
    assert.ok(Math.abs(actual - expected) < bound, `${actual}, not ${expected}`);

  for (const [what, changes] of [
    ...cells.map((cell) => [`of ${cell}`, { cell }] as const),
    ['of averaged weights, with dropout', { ema: 0.9, dropout: 0.3, weightDrop: 0.2 }],
    ['with an unknown symbol', { minCount: 17 }],
    ['of weights that have got worse since', { learningRate: 0.3, schedule: 'constant', steps: 20 }],
  ] as const) {
    it(`finds the validation loss ${what} to the last bit`, async () => {
      const trained = await loadCheckpoint(await files.train(`${TEXT}${OTHER}`, { ...sizes, ...changes }));
      const { total } = await run('corpus', { checkpoint: trained, split: 'validation', threads: 2 });
      assert.ok(total.nats);
      assert.equal(total.nats, trained.training?.bestValidationLoss);
      assert.equal(trained.training?.latest !== undefined, 'ema' in changes || 'learningRate' in changes);
    });
  }

  it('splits the corpus as training did', async () => {
    await files.train(TEXT, sizes);
    const parts = [];
    for (const split of ['training', 'validation'] as const) parts.push((await run('corpus', { split })).total);
    const cut = Math.floor(TEXT.length * 0.7);
    assert.deepEqual(
      parts.map(({ characters }) => characters),
      [cut, TEXT.length - cut],
    );
    const { files: both } = await run([TEXT.slice(0, cut), TEXT.slice(cut)]);
    assert.deepEqual(
      both.map(({ nats }) => nats),
      parts.map(({ nats }) => nats),
    );
  });

  it('counts the unknown symbols of a part', async () => {
    const changes = { ...sizes, minCount: 2, validation: 0.5 };
    const trained = await loadCheckpoint(await files.train(`${TEXT}Zebra, Yak`, changes));
    assert.ok(trained.vocabulary.unknown);
    assert.equal((await run('corpus', { checkpoint: trained, split: 'validation' })).total.unknown, 3);
    assert.equal((await run('corpus', { checkpoint: trained, split: 'training' })).total.unknown, 0);
  });

  it('refuses a part of another corpus, of a run that held nothing out, and without a training run', async () => {
    const fails = (message: RegExp, texts: readonly string[] | 'corpus', changes: Partial<MeasureRequest>) =>
      assert.rejects(run(texts, { split: 'validation', ...changes }), { name: 'CharrnnError', message });
    const remedy = '; split needs the text of the training run';
    const length = TEXT.length;
    await fails(
      new RegExp(`: not the corpus that the model was trained on \\(180 characters instead of ${length}\\)${remedy}$`),
      [OTHER],
      {},
    );
    await fails(
      new RegExp(`\\(of the same length, but a different text\\)${remedy}$`),
      [TEXT.replace('fox', 'xof')],
      {},
    );
    await fails(new RegExp(`: 1 character that the model does not know: "é" .*${remedy}$`), [`${TEXT}é`], {});
    const { training: _, ...alone } = checkpoint;
    await fails(/^split validation: the checkpoint has no record of a training run; leave it out$/, 'corpus', {
      checkpoint: alone,
    });
    const all = await loadCheckpoint(await files.train(TEXT, { ...sizes, validation: 0 }));
    await fails(/^split validation: the training run held nothing out; leave it out$/, 'corpus', { checkpoint: all });
  });

  it('agrees with reading character by character, with each text starting from a zero state', async () => {
    const { files: measured, total } = await run([TEXT, OTHER]);
    const plain = [TEXT, OTHER].map((text) => sumFrom(1, plainNats(checkpoint, encode(text))));
    measured.forEach((file, i) => {
      near(sum(file), plain[i]);
    });
    assert.equal(total.predictions, TEXT.length + OTHER.length - 2);
    near(sum(total), sum(measured[0]) + sum(measured[1]), 1e-9);
    const { nats, bits, perplexity } = total;
    assert.ok(nats && bits && perplexity);
    near(bits, nats / Math.LN2, 1e-12);
    near(perplexity, Math.exp(nats), 1e-9);
  });

  it('measures a model without the record of a training run', async () => {
    const { training: _, ...alone } = checkpoint;
    near(sum((await run([OTHER], { checkpoint: alone })).total), sumFrom(1, plainNats(checkpoint, encode(OTHER))));
  });

  for (const window of [1, 16, 1000]) {
    it(`resets the state after every ${window} predictions`, async () => {
      const { total } = await run([OTHER], { window });
      assert.equal(total.predictions, OTHER.length - 1);
      near(sum(total), sumFrom(1, plainNats(checkpoint, encode(OTHER), window)));
    });
  }

  it('does not depend on the number of threads', async () => {
    for (const window of [undefined, 16]) {
      const [alone, ...more] = await Promise.all([1, 2, 3].map((threads) => run([OTHER], { window, threads })));
      for (const { total } of more) assert.deepEqual(total, alone.total);
    }
  });

  it('reads the first characters without counting them', async () => {
    for (const [warmUp, window] of [
      [1, undefined],
      [2, 16],
      [50, 16],
      [OTHER.length - 1, undefined],
    ] as const) {
      const { total } = await run([OTHER], { warmUp, window });
      assert.equal(total.predictions, OTHER.length - warmUp);
      near(sum(total), sumFrom(warmUp, plainNats(checkpoint, encode(OTHER), window)));
    }
    const { total } = await run([OTHER, TEXT], { warmUp: OTHER.length });
    assert.equal(total.predictions, TEXT.length - OTHER.length);
  });

  it('adds the cost of unknown characters, which the model does not read', async () => {
    const text = `é${OTHER.slice(0, 70)}éé${OTHER.slice(70)}`;
    const plain = plainNats(checkpoint, encode(OTHER));
    const { total } = await run([text]);
    const { characters, predictions, unknown } = total;
    assert.deepEqual([characters, predictions, unknown], [text.length, text.length - 1, 3]);
    near(sum(total), sumFrom(1, plain) + 3 * UNKNOWN_NATS);
    // One of them is among the characters that are not counted.
    const warm = (await run([text], { warmUp: 60 })).total;
    assert.deepEqual([warm.predictions, warm.unknown], [text.length - 60, 3]);
    near(sum(warm), sumFrom(59, plain) + 2 * UNKNOWN_NATS);
  });

  it('charges an unknown character what the unknown symbol costs', async () => {
    const text = TEXT.replaceAll('q', 'Q').replaceAll('j', 'J');
    const trained = await loadCheckpoint(await files.train(text, { ...sizes, minCount: 17 }));
    const { total } = await run([OTHER.replace('dog', 'ÄÖÜ')], { checkpoint: trained });
    const symbols = new Vocabulary(trained.vocabulary).encode(OTHER.replace('dog', 'ÄÖÜ'));
    assert.equal(total.unknown, Array.from(symbols).filter((symbol) => symbol === 0).length);
    near(sum(total), sumFrom(1, plainNats(trained, symbols)));
  });

  it('has no figures for a text without predictions, and needs some text', async () => {
    const { files: measured, total } = await run(['', 't', OTHER]);
    const none = { predictions: 0, unknown: 0, nats: null, bits: null, perplexity: null };
    for (const [i, characters] of [0, 1].entries()) {
      assert.deepEqual(measured[i], { name: measured[i].name, characters, ...none });
    }
    assert.equal(total.predictions, OTHER.length - 1);
    await assert.rejects(run(['', '']), { message: /^.*, .*: empty; give a text with some characters$/ });
  });

  it('also measures a model that learns as it reads, starting afresh with each text', async () => {
    const dynamic = { segment: 7, rate: 0.002, decay: 0.01 };
    const tasks = new Set<string>();
    const onProgress = (task: string): void => void tasks.add(task);
    const { files: measured, total } = await run([TEXT.repeat(2), OTHER], { dynamic, warmUp: 9, onProgress });
    const { files: still } = await run([TEXT.repeat(2), OTHER], { warmUp: 9 });
    for (const [i, text] of [TEXT.repeat(2), OTHER].entries()) {
      const expected = sumFrom(9, [...new DynamicReader(checkpoint, dynamic).read(encode(text))]);
      const { dynamic: figures, name: _, ...fixed } = measured[i];
      near((figures?.nats ?? 0) * fixed.predictions, expected, 1e-9);
      assert.equal(fixed.nats, still[i].nats);
      assert.notEqual(figures?.nats, fixed.nats);
    }
    const learnt = measured.reduce((all, file) => all + (file.dynamic?.nats ?? 0) * file.predictions, 0);
    near((total.dynamic?.nats ?? 0) * total.predictions, learnt, 1e-9);
    assert.ok(tasks.has(`${measured[0].name}, learning`));
  });

  it('refuses results that are not finite', async () => {
    const huge = checkpoint.parameters.map((x) => ({ ...x, values: x.values.map(() => 3e38) }));
    await assert.rejects(run([OTHER], { checkpoint: { ...checkpoint, parameters: huge } }), {
      message: /^the model's output is (NaN|Infinity); its weights are too large, use another checkpoint$/,
    });
    const tiny = checkpoint.training && {
      ...checkpoint.training,
      moments: checkpoint.training.moments.map((x) => ({ ...x, values: x.values.map(() => 0) })),
    };
    const dynamic = { segment: 5, rate: 1, decay: 0 };
    await assert.rejects(run([TEXT], { checkpoint: { ...checkpoint, ...(tiny && { training: tiny }) }, dynamic }), {
      message: /^dynamic: the loss of .* is NaN; lower dynamicRate$/,
    });
  });
});

const shared = (...symbols: number[]): Uint8Array => {
  const tokens = new Uint8Array(new SharedArrayBuffer(symbols.length));
  tokens.set(symbols);
  return tokens;
};

describe('Evaluator', () => {
  it('measures several texts in turn, and reports its progress', async () => {
    const evaluator = new Evaluator(example(), { backend: 'wasm', threads: 2, batch: { batch: 3, sequence: 4 } });
    try {
      const shares: number[] = [];
      const first = await evaluator.evaluate({ text: shared(0, 1, 2, 3, 2, 1) }, (share) => shares.push(share));
      const second = await evaluator.evaluate({ text: shared(3, 3) });
      assert.deepEqual([first.predictions, second.predictions], [5, 1]);
      assert.deepEqual(await evaluator.evaluate({ text: shared(0, 1, 2, 3, 2, 1) }), first);
      assert.ok(shares.length > 0 && shares.every((share) => share > 0 && share <= 1));
    } finally {
      await evaluator.close();
    }
  });

  it('fails without waiting when a worker has ended, even before the first request', async () => {
    const evaluator = new Evaluator(example(), { backend: 'wasm', threads: 2, batch: { batch: 3, sequence: 4 } });
    await evaluator.close();
    await assert.rejects(evaluator.evaluate({ text: shared(0, 1) }), /^Error: worker \d ended$/);
  });
});
