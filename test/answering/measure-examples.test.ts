import assert from 'node:assert/strict';
import { type ExamplesRequest, measureExamples } from '../../src/answering/measure-examples.js';
import { translateSources } from '../../src/answering/translate.js';
import { characterErrorRate } from '../../src/answering/translation-errors.js';
import { type Message, textOf } from '../../src/errors.js';
import { type Checkpoint, evaluateExamples, label } from '../../src/index.js';
import { UNKNOWN_NATS } from '../../src/scoring/figures.js';
import { temporaryFolder } from '../temporary-folder.js';
import { EXAMPLES, trainTask } from './trained.js';

describe('a measurement on examples', () => {
  const { folder, write, remove } = temporaryFolder();
  after(remove);
  const trained: Record<string, Checkpoint> = {};
  let corpus: string;
  before(async () => {
    for (const name of ['label', 'describe', 'translate'] as const) {
      const { checkpoint, corpus: path } = await trainTask(folder, { name, reverseSource: name === 'translate' });
      trained[name] = checkpoint;
      corpus = path;
    }
  });

  const notices: string[] = [];
  const measure = (task: string, changes: Partial<ExamplesRequest> = {}) => {
    notices.length = 0;
    return measureExamples({
      ...{ checkpoint: trained[task], corpus: [corpus], split: 'all', encoding: 'utf8', backend: 'wasm', threads: 1 },
      onNotice: (message: Message) => notices.push(textOf(message)),
      ...changes,
    });
  };

  for (const task of ['label', 'describe', 'translate']) {
    it(`repeats the best loss of training, to the last digit: ${task}`, async () => {
      for (const threads of [1, 3]) {
        const { nats, examples } = await measure(task, { split: 'validation', threads });
        assert.equal(nats, trained[task].training?.bestValidationLoss);
        assert.equal(examples, 6);
      }
      const { nats, examples } = await measure(task, { split: 'training' });
      assert.equal(examples, 54);
      assert.ok(nats !== null && nats > 0);
    });
  }

  it('of labels has the answers that label gives, and does not depend on the threads', async () => {
    const measured = await measure('label');
    assert.ok(measured.task === 'label');
    const lines = EXAMPLES.trimEnd().split('\n');
    const texts = lines.map((line) => line.slice(line.indexOf('\t') + 1));
    let right = 0;
    let i = 0;
    for await (const { label: answer } of label(trained.label, texts, { backend: 'wasm', threads: 1 })) {
      if (lines[i++].startsWith(`${answer}\t`)) right++;
    }
    assert.equal(measured.accuracy, right / lines.length);
    assert.deepEqual(await measure('label', { threads: 2, backend: 'auto' }), measured);
    assert.deepEqual(await evaluateExamples(trained.label, corpus, { threads: 1 }), measured);
  });

  it('counts a label that training did not have as wrong, without a loss, and says so', async () => {
    const known = write('known.tsv', 'aru\tkerit\nbelk\tno\n');
    const both = write('both.tsv', 'aru\tkerit\nzzz\ttalk\nbelk\tno\nyyy\ttapir\n');
    const [a, b] = [await measure('label', { corpus: [known] }), await measure('label', { corpus: [both] })];
    assert.ok(a.task === 'label' && b.task === 'label' && a.nats !== null && b.nats !== null);
    assert.equal(b.nats, a.nats);
    assert.equal(b.accuracy, a.accuracy / 2);
    assert.deepEqual([b.unseen, b.confusion.length, b.confusion[0].length], [['zzz', 'yyy'], 5, 3]);
    const counted = 'counted as wrong, without a loss';
    assert.deepEqual(notices, [`2 examples with labels that the model does not have (zzz, yyy): ${counted}`]);
    const unseen = write('unseen.tsv', 'zzz\ttalk\n');
    assert.equal((await measure('label', { corpus: [unseen] })).nats, null);
  });

  it('counts an unknown character that would have to be written like any of Unicode', async () => {
    const plain = write('plain.tsv', 'aru\tkerit\n');
    const strange = write('strange.tsv', 'aru\tker☃it\n');
    const [a, b] = [await measure('describe', { corpus: [plain] }), await measure('describe', { corpus: [strange] })];
    assert.ok(a.task === 'describe' && b.task === 'describe');
    const total = (nats: number | null, predictions: number) => (nats ?? 0) * predictions;
    assert.deepEqual([a.predictions, b.predictions, a.unknown, b.unknown], [6, 7, 0, 1]);
    const more = total(b.nats, b.predictions) - total(a.nats, a.predictions);
    assert.ok(Math.abs(more - UNKNOWN_NATS) < 1e-9);
    assert.equal((await measure('label', { corpus: [strange] })).unknown, 1);
  });

  it('compares texts with what the model writes when it always takes the likeliest character', async () => {
    const checkpoint = trained.translate;
    const sources = Array.from(
      { length: 23 },
      (_, i) => 'arubelkcimo'.slice(i % 7, (i % 7) + 1 + (i % 4)) + 'ao'[i % 2],
    );
    const settings = { checkpoint, beam: 1, length: 1000, backend: 'wasm', threads: 1 } as const;
    const answers = await translateSources(sources, 'the sources', settings);
    assert.ok(answers.every((answer) => answer !== ''));
    const targets = answers.map((answer, i) => (i % 3 === 0 ? answer : `${answer}${'mo'.repeat(i % 3)}`));
    const pairs = write('pairs.tsv', sources.map((source, i) => `${source}\t${targets[i]}\n`).join(''));
    for (const threads of [1, 3]) {
      const measured = await measure('translate', { corpus: [pairs], threads });
      assert.ok(measured.task === 'translate');
      assert.equal(measured.exact, 8 / 23);
      assert.equal(measured.characterErrorRate, characterErrorRate(targets, answers));
    }
    assert.ok(!('characterErrorRate' in (await measure('describe'))));
    // A character that the model cannot write.
    const strange = write('snow.tsv', `${sources[0]}\t${answers[0]}\n${sources[0]}\t${answers[0]}☃\n`);
    const measured = await measure('translate', { corpus: [strange] });
    assert.ok(measured.task === 'translate' && measured.exact === 0.5);
  });

  it('reads texts much longer than those of training', async () => {
    const long = write('long.tsv', `aru\t${'kerit'.repeat(2000)}\nbelk\tno\n`);
    for (const task of ['label', 'describe']) {
      assert.equal((await measure(task, { corpus: [long] })).examples, 2);
    }
  });

  it('refuses a part of other examples, or without a record of training', async () => {
    const other = write('other.tsv', EXAMPLES.replace('kerit', 'kerat'));
    await assert.rejects(measure('label', { corpus: [other], split: 'training' }), /split needs the examples/);
    const { training: _, ...rest } = trained.label;
    const fault = 'split validation: the checkpoint has no record of a training run; leave it out';
    await assert.rejects(measure('label', { checkpoint: rest, split: 'validation' }), { message: fault });
  });
});
