import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { type CharrnnError, textOf } from '../../src/errors.js';
import type { TaskName } from '../../src/options/task-options.js';
import { cells } from '../../src/options/training-options.js';
import { randomBits, randomKey } from '../../src/random.js';
import { TrainingFolder, type Trial } from './harness.js';

const key = randomKey(7);
const words = Array.from({ length: 60 }, (_, i) => {
  const length = 1 + (randomBits(key, 100 * i) % 9);
  return Array.from({ length }, (_, k) => 'abcdé'[randomBits(key, 100 * i + k + 1) % 5]).join('');
});
/** A label that depends on the first character, and a text; a word, and a text that is the longer the shorter the word. */
const lines: Readonly<Record<TaskName, string>> = {
  label: words.map((word) => `${word < 'c' ? 'early' : 'late'}\t${word}\n`).join(''),
  describe: words.map((word) => `${word < 'c' ? 'early' : 'late'}\t${word}\n`).join(''),
  translate: words.map((word) => `${word}\t${word[0].repeat(12 - [...word].length)}\n`).join(''),
};
const small = { layers: 2, hidden: 12, batch: 8, dropout: 0.2, weightDrop: 0.2, learningRate: 0.02, validateEvery: 5 };

describe('training on examples', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  const bytes = async (name: TaskName, changes: object, trial: Trial = {}): Promise<Buffer> =>
    readFileSync(await files.train(lines[name], { ...small, ...changes }, { task: { name }, ...trial }));

  for (const [i, name] of (['label', 'describe', 'translate'] as const).entries()) {
    const cell = cells[i];
    it(`gives the same bytes with any number of threads, and in two parts (${name}, ${cell})`, async () => {
      // 54 examples are seven batches, the last of them smaller: steps 15 to 20 are within the third epoch.
      const options = { cell, steps: 25, ema: i === 2 ? 0.9 : 0 };
      const whole = await bytes(name, options, { threads: 3 });
      assert.ok((await bytes(name, options)).equals(whole), '1 thread');
      assert.ok((await bytes(name, options, { threads: 8 })).equals(whole), '8 threads');
      const path = await files.train(lines[name], { ...small, ...options }, { task: { name }, interruptAt: 17 });
      const step = (await loadCheckpoint(path)).training?.step ?? 0;
      assert.ok(step >= 17 && step < 25, `${step}`);
      await files.train(lines[name], {}, { origin: { resume: path }, output: path, threads: 2 });
      assert.ok(readFileSync(path).equals(whole), 'interrupted');
    });
  }

  it('gives the same bits with machine code', async () => {
    for (const name of ['label', 'translate'] as const) {
      const whole = await bytes(name, { steps: 9 });
      assert.ok((await bytes(name, { steps: 9 }, { backend: 'auto', threads: 2 })).equals(whole), name);
    }
  });

  it('learns, holds out a tenth, and reads every example once in an epoch', async () => {
    const path = await files.train(
      lines.label,
      { ...small, dropout: 0, weightDrop: 0, epochs: 20 },
      { task: { name: 'label' } },
    );
    const [started] = files.events.filter(({ event }) => event === 'started');
    assert.ok(started.event === 'started');
    const { task, trainingExamples, validationExamples, stepsPerEpoch, batch } = started;
    assert.deepEqual([task, trainingExamples, validationExamples, stepsPerEpoch, batch], ['label', 54, 6, 7, 8]);
    const { model, training } = await loadCheckpoint(path);
    assert.deepEqual(model.task, { name: 'label', labels: ['early', 'late'] });
    const last = training?.history.at(-1);
    assert.ok(last && last.loss < 0.1 && (last.validationLoss ?? 1) < 0.1, JSON.stringify(last));
  });

  it('does not read another task, other examples or other labels when it is resumed', async () => {
    const path = await files.train(lines.label, { ...small, steps: 3 }, { task: { name: 'label' } });
    const resume = (text: string, trial: Trial = {}) =>
      files.train(text, { steps: 9 }, { origin: { resume: path }, output: path, ...trial });
    await assert.rejects(resume(lines.label.replace('early', 'late')), /not the corpus that .* was trained on/);
    await assert.rejects(resume(lines.label.replace('early', 'new')), /not the corpus that .* was trained on/);
    await assert.rejects(resume(lines.label.replace('\ta', '\tz')), /"z" \(U\+007A\) is unknown to the model; /);
    await assert.rejects(resume(lines.label, { task: { name: 'translate' } }), /task translate: .* task label/);
    await resume(lines.label, { task: { name: 'label' } });
    assert.equal((await loadCheckpoint(path)).training?.step, 9);
  });

  it('can weigh all labels alike, and validates on other examples on request', async () => {
    const uneven = lines.label + 'early\taa\n'.repeat(200);
    const losses = async (balance: boolean, validationFile?: string) => {
      const task = { name: 'label', balance } as const;
      await files.train(uneven, { ...small, steps: 1 }, { task, ...(validationFile && { validationFile }) });
      const [step] = files.events.filter(({ event }) => event === 'step');
      const [validation] = files.events.filter(({ event }) => event === 'validation');
      assert.ok(step.event === 'step' && validation.event === 'validation');
      return [step.loss, validation.loss];
    };
    const [plain, held] = await losses(false);
    assert.notEqual((await losses(true))[0], plain);
    // Where all labels are equally frequent, all factors are 1.
    const even = 'early\taa\nlate\tdd\n'.repeat(20);
    const stepOf = async (balance: boolean) => {
      await files.train(even, { ...small, validation: 0, steps: 1 }, { task: { name: 'label', balance } });
      const step = files.events.find(({ event }) => event === 'step');
      assert.ok(step?.event === 'step');
      return [step.loss, step.gradientNorm];
    };
    assert.deepEqual(await stepOf(true), await stepOf(false));
    const other = join(files.folder, 'other.tsv');
    writeFileSync(other, 'late\tda\nlate\tcd\n');
    const [same, another] = await losses(false, other);
    assert.ok(same !== held && another !== held);
    writeFileSync(other, 'late\tda\nlater\tcd\n');
    await assert.rejects(losses(false, other), /the label later is not among those to train on; take it out/);
  });

  it('truncates long texts only on request, and says how many', async () => {
    await files.train(lines.label, { ...small, steps: 1 }, { task: { name: 'label', truncate: 3 } });
    const long = words.filter((word) => [...word].length > 3).length;
    const notices = files.events.flatMap((event) => (event.event === 'notice' ? [textOf(event.message)] : []));
    assert.deepEqual(notices, [`${long} of 60 texts are longer and were truncated`]);
  });

  it('refuses what belongs to another task', async () => {
    const attempt = (name: TaskName, options: object, changes: object = {}) =>
      files.train(lines[name], { ...small, steps: 1, ...changes }, { task: { name, ...options } });
    const refused = (promise: Promise<string>, message: string) =>
      assert.rejects(promise, (error: CharrnnError) => error.message === message && error.exitCode === 2);
    await refused(attempt('translate', { balance: true }), 'balance: only for the task label; leave it out');
    await refused(
      attempt('label', { reverseSource: true }),
      'reverseSource: only for the task translate; leave it out',
    );
    await refused(attempt('label', {}, { sequence: 9 }), 'sequence: examples have their own lengths; leave it out');
  });
});
