import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { textOf } from '../../src/errors.js';
import { cells, optimizers, schedules } from '../../src/options/training-options.js';
import type { Changes } from '../training-config.js';
import { small, TEXT, TrainingFolder, type Trial } from './harness.js';

describe('train with resume', () => {
  const files = new TrainingFolder();
  after(() => files.remove());

  /** Trains, interrupts the run and resumes it. @returns the bytes of the checkpoint at the end */
  async function inTwoParts(options: Changes, first: Trial, second: Trial = {}): Promise<Buffer> {
    const path = await files.train(TEXT, options, first);
    assert.ok(((await loadCheckpoint(path)).training?.step ?? 0) < (options.steps ?? 0), 'was not interrupted in time');
    const origin = { resume: path };
    return readFileSync(await files.train(TEXT, {}, { ...second, origin, output: path }));
  }

  // Every cell with every optimizer, and every schedule with each cell and each optimizer.
  cells.forEach((cell, c) => {
    optimizers.forEach((optimizer, o) => {
      const schedule = schedules[(c + o) % 3];
      it(`gives the bytes of an uninterrupted run: ${cell}, ${optimizer}, ${schedule}, 1 thread and 2`, async () => {
        const options = { ...small, cell, optimizer, schedule, decayEvery: 0.5, warmUp: 4, steps: 32 };
        const whole = readFileSync(await files.train(TEXT, options, { threads: 2 }));
        assert.ok((await inTwoParts(options, { interruptAt: 3 + o }, { threads: 2 })).equals(whole), 'then 2 threads');
        assert.ok((await inTwoParts(options, { interruptAt: 13, threads: 2 })).equals(whole), 'then 1 thread');
      });
    });
  });

  it('gives the same bytes with averaged weights, locked dropout, weight drop and several batches a step', async () => {
    const options = {
      ...small,
      dropoutMask: 'locked',
      weightDrop: 0.3,
      ema: 0.9,
      accumulate: 2,
      steps: 40,
      learningRate: 0.1,
    } as const;
    const whole = readFileSync(await files.train(TEXT, options, { threads: 3 }));
    for (const interruptAt of [1, 6, 13, 20, 31]) {
      assert.ok((await inTwoParts(options, { interruptAt }, { threads: 2 })).equals(whole), `step ${interruptAt}`);
    }
  });

  it('gives the same bytes when a finished run is extended, wherever it ended and whichever step was best', async () => {
    // At this high rate the validation loss goes up and down, so that the best step varies.
    const options = { ...small, schedule: 'constant', learningRate: 0.3, steps: 29 } as const;
    const whole = readFileSync(await files.train(TEXT, options));
    for (const steps of [1, 5, 6, 7, 11, 12, 13, 16, 20, 22, 24, 25, 28]) {
      const path = await files.train(TEXT, { ...options, steps });
      await files.train(TEXT, { steps: 29 }, { origin: { resume: path }, output: path });
      assert.ok(readFileSync(path).equals(whole), `${steps} steps and ${29 - steps}`);
    }
  });

  it('does not depend on when it is saved, and a kept save can be resumed to the same bytes', async () => {
    const options = { ...small, steps: 25, schedule: 'constant' } as const;
    const whole = readFileSync(await files.train(TEXT, options));
    const path = await files.train(TEXT, options, { saveEvery: { steps: 3 }, keep: 2 });
    assert.ok(readFileSync(path).equals(whole));
    const kept = path.replace('.json', '.step-24.json');
    await files.train(TEXT, {}, { origin: { resume: kept }, output: kept });
    assert.ok(readFileSync(kept).equals(whole));
  });

  it('continues when a save cannot be kept, and says so', async () => {
    const path = join(files.folder, 'kept.json');
    const taken = path.replace('.json', '.step-6.json');
    mkdirSync(join(taken, 'something'), { recursive: true });
    await files.train(TEXT, { ...small, steps: 12 }, { output: path, saveEvery: { steps: 3 }, keep: 9 });
    const warnings = files.events.flatMap((event) => (event.event === 'notice' ? [textOf(event.message)] : []));
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /kept\.json: step 6 cannot be kept \(.+\); training continues without that copy$/);
    assert.equal((await loadCheckpoint(path)).training?.step, 12);
    assert.equal((await loadCheckpoint(path.replace('.json', '.step-9.json'))).training?.step, 9);
    rmSync(taken, { recursive: true });
  });

  it('refuses options that would change the mathematics, and accepts the others', async () => {
    const path = await files.train(TEXT, { ...small, steps: 12 });
    const resume = (changes: Changes) => files.train(TEXT, changes, { origin: { resume: path }, output: path });
    const remedy = 'leave it out, or start a new training run with initFrom';
    await assert.rejects(resume({ hidden: 16 }), {
      message: `hidden 16: ${path} was trained with hidden 12; ${remedy}`,
      exitCode: 2,
    });
    await assert.rejects(resume({ seed: 7 }), /seed 7: .* was trained with seed 1/);
    await assert.rejects(resume({ hidden: 12 }), /its training is complete, step 12 of 12; .* steps/);
    // The resumed run is complete, whatever its output; the error comes before anything is started or written.
    const other = join(files.folder, 'other.json');
    const elsewhere = files.train(TEXT, {}, { origin: { resume: path }, output: other });
    await assert.rejects(elsewhere, new RegExp(`^CharrnnError: ${path}: its training is complete`));
    assert.ok(!existsSync(other));
    await resume({ hidden: 12, epochs: 2, validateEvery: 10 });
    const { training } = await loadCheckpoint(path);
    assert.deepEqual([training?.step, training?.config.run.steps, training?.config.run.epochs], [20, undefined, 2]);
    assert.deepEqual(
      training?.history.map(({ step }) => step),
      [6, 12, 20],
    );
  });

  it('refuses another corpus, whatever the difference', async () => {
    const path = await files.train(TEXT, { ...small, steps: 12 });
    const resume = (text: string) => files.train(text, { steps: 20 }, { origin: { resume: path }, output: path });
    const corpus = join(files.folder, 'corpus.txt');
    const begin = 'initFrom starts a new training run';
    await assert.rejects(resume(`${TEXT}t`), {
      message: `${corpus}: not the corpus that ${path} was trained on (913 characters instead of 912); ${begin}`,
    });
    await assert.rejects(resume(TEXT.replace('quick', 'quack')), /of the same length, but a different text/);
    await assert.rejects(resume(`${TEXT}Ü`), /1 character that the model does not know: .*; resume needs the same/);
    assert.equal((await loadCheckpoint(path)).training?.step, 12);
  });

  it('continues with the time that is left', async () => {
    const path = await files.train(TEXT, { ...small, minutes: 0.02 }, { interruptAt: 5 });
    const before = (await loadCheckpoint(path)).training;
    assert.ok(before?.seconds && before.seconds < 1.2, `${before?.seconds}`);
    await files.train(TEXT, {}, { origin: { resume: path }, output: path });
    const after = (await loadCheckpoint(path)).training;
    assert.ok(after?.seconds && after.seconds >= 1.2 && after.seconds < 5, `${after?.seconds}`);
    assert.ok(after.step > before.step);
  });
});

describe('train with patience', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  const options = { ...small, schedule: 'constant', learningRate: 0.3, patience: 2, steps: 600 } as const;

  it('stops after so many validations without a lower loss, keeps the best weights, counts on when resumed', async () => {
    const path = await files.train(TEXT, options);
    const { training, parameters } = await loadCheckpoint(path);
    const losses = training?.history.map(({ validationLoss }) => validationLoss) ?? [];
    const best = losses.indexOf(training?.bestValidationLoss ?? null);
    assert.equal(losses.length - 1 - best, 2);
    const finished = files.events.at(-1);
    assert.ok(finished?.event === 'finished' && finished.reason === 'early');
    // The best weights are the model; the latest are kept in addition.
    assert.ok(training?.latest);
    assert.notDeepEqual(training.latest, parameters);
    const { step: bestStep, epoch } = training.history[best];
    assert.deepEqual(finished.best, { step: bestStep, epoch, loss: training.bestValidationLoss });
    const there = await loadCheckpoint(await files.train(TEXT, { ...options, steps: bestStep, patience: 99 }));
    assert.deepEqual(parameters, there.parameters);

    const interrupted = await files.train(TEXT, options, { interruptAt: training.step - 2 });
    await files.train(TEXT, {}, { origin: { resume: interrupted }, output: interrupted });
    assert.ok(readFileSync(interrupted).equals(readFileSync(path)));
  });
});
