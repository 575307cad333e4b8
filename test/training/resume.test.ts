import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { textOf } from '../../src/errors.js';
import { cells, optimizers, schedules } from '../../src/options/training-options.js';
import { type Changes, TrainingFolder, type Trial } from './harness.js';

const TEXT = 'the quick brown fox jumps over the lazy dog; what a day. '.repeat(16);
/** 10 steps per epoch; validations between them. */
const small = { layers: 2, hidden: 12, batch: 5, sequence: 16, dropout: 0.2, validateEvery: 6 };

/** A folder in the place of a file cannot be replaced. */
function moveAside(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(path);
}

function putBack(path: string, copy: string): void {
  rmSync(path, { recursive: true });
  copyFileSync(copy, path);
}

describe('train with resume', () => {
  const files = new TrainingFolder();
  after(() => files.remove());

  /** Trains, is interrupted, goes on. @returns the bytes of the checkpoint at the end */
  async function inTwoParts(options: Changes, first: Trial, second: Trial = {}): Promise<Buffer> {
    const path = await files.train(TEXT, options, first);
    assert.ok(((await loadCheckpoint(path)).training?.step ?? 0) < (options.steps ?? 0), 'was not interrupted in time');
    const origin = { resume: path };
    return readFileSync(await files.train(TEXT, {}, { ...second, origin, output: path }));
  }

  // Every cell with every optimizer, every schedule with each of both.
  cells.forEach((cell, c) => {
    optimizers.forEach((optimizer, o) => {
      const schedule = schedules[(c + o) % 3];
      it(`gives the bytes of a run that never stopped: ${cell}, ${optimizer}, ${schedule}, 1 thread and 2`, async () => {
        const options = { ...small, cell, optimizer, schedule, decayEvery: 0.5, warmUp: 4, steps: 60 };
        const whole = readFileSync(await files.train(TEXT, options, { threads: 2 }));
        assert.ok((await inTwoParts(options, { interruptAt: 3 + o }, { threads: 2 })).equals(whole), 'then 2 threads');
        assert.ok((await inTwoParts(options, { interruptAt: 13, threads: 2 })).equals(whole), 'then 1 thread');
      });
    });
  });

  it('gives the same bytes with averaged weights, locked dropout and weight drop', async () => {
    const options = {
      ...small,
      dropoutMask: 'locked',
      weightDrop: 0.3,
      ema: 0.9,
      steps: 40,
      learningRate: 0.1,
    } as const;
    const whole = readFileSync(await files.train(TEXT, options, { threads: 3 }));
    for (const interruptAt of [1, 6, 13, 20, 31]) {
      assert.ok((await inTwoParts(options, { interruptAt }, { threads: 2 })).equals(whole), `step ${interruptAt}`);
    }
  });

  it('gives the same bytes where a finished run is made longer, wherever it ended and whatever was best', async () => {
    // A rate so high that the validation loss goes up and down, and is the lowest now here, now there.
    const options = { ...small, schedule: 'constant', learningRate: 0.3, steps: 29 } as const;
    const whole = readFileSync(await files.train(TEXT, options));
    for (const steps of [1, 5, 6, 7, 11, 12, 13, 16, 20, 22, 24, 25, 28]) {
      const path = await files.train(TEXT, { ...options, steps });
      await files.train(TEXT, { steps: 29 }, { origin: { resume: path }, output: path });
      assert.ok(readFileSync(path).equals(whole), `${steps} steps and ${29 - steps}`);
    }
  });

  it('does not depend on when it is saved; a save is no other than that of a run which ends there', async () => {
    const options = { ...small, steps: 25, schedule: 'constant' } as const;
    const whole = readFileSync(await files.train(TEXT, options));
    const path = await files.train(TEXT, options, { saveEvery: { steps: 3 }, keep: 2 });
    assert.ok(readFileSync(path).equals(whole));
    const kept = path.replace('.json', '.step-24.json');
    await files.train(TEXT, {}, { origin: { resume: kept }, output: kept });
    assert.ok(readFileSync(kept).equals(whole));
  });

  it('goes on where a save cannot be kept, and says so', async () => {
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

  it('refuses what would change the mathematics, and takes what would not', async () => {
    const path = await files.train(TEXT, { ...small, steps: 12 });
    const resume = (changes: Changes) => files.train(TEXT, changes, { origin: { resume: path }, output: path });
    const remedy = 'leave it out, or start a new training run with initFrom';
    await assert.rejects(resume({ hidden: 16 }), {
      message: `hidden 16: ${path} was trained with hidden 12; ${remedy}`,
      exitCode: 2,
    });
    await assert.rejects(resume({ seed: 7 }), /seed 7: .* was trained with seed 1/);
    await assert.rejects(resume({ hidden: 12 }), /its training is complete, step 12 of 12; .* steps/);
    // It is the run that goes on that is complete, not what would be written; nothing is started or written to say so.
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

  it('refuses another corpus, whatever is different', async () => {
    const path = await files.train(TEXT, { ...small, steps: 12 });
    const resume = (text: string) => files.train(text, { steps: 20 }, { origin: { resume: path }, output: path });
    const corpus = join(files.folder, 'corpus.txt');
    const begin = 'initFrom starts a new training run';
    await assert.rejects(resume(`${TEXT}t`), {
      message: `${corpus}: not the corpus that ${path} was trained on (913 characters instead of 912); ${begin}`,
    });
    await assert.rejects(resume(TEXT.replace('quick', 'quack')), /as long, but another text/);
    await assert.rejects(resume(`${TEXT}Ü`), /1 character that the model does not know: .*; resume needs the same/);
    assert.equal((await loadCheckpoint(path)).training?.step, 12);
  });

  it('goes on with the time that is left', async () => {
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

  it('stops after so many validations without a lower loss, keeps the best, and counts on when resumed', async () => {
    const path = await files.train(TEXT, options);
    const { training, parameters } = await loadCheckpoint(path);
    const losses = training?.history.map(({ validationLoss }) => validationLoss) ?? [];
    const best = losses.indexOf(training?.bestValidationLoss ?? null);
    assert.equal(losses.length - 1 - best, 2);
    const finished = files.events.at(-1);
    assert.ok(finished?.event === 'finished' && finished.reason === 'early');
    // The best weights are the model; the last ones stand beside it.
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

describe('train with initFrom', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  const OTHER = 'pack my box with five dozen jugs, zoé! '.repeat(30);

  it('begins a new training run with the weights, the cell and the sizes', async () => {
    const path = await files.train(TEXT, { ...small, cell: 'gru', steps: 24 });
    const before = await loadCheckpoint(path);
    const then = await files.train(TEXT, { learningRate: 1e-9, steps: 1 }, { origin: { initFrom: path } });
    const { model, parameters, training } = await loadCheckpoint(then);
    assert.deepEqual(model, before.model);
    assert.equal(training?.step, 1);
    parameters.forEach(({ values }, i) => {
      const distance = values.reduce(
        (most, value, j) => Math.max(most, Math.abs(value - before.parameters[i].values[j])),
        0,
      );
      assert.ok(distance < 1e-6);
    });
  });

  it('refuses another model, and characters that are new, with their list', async () => {
    const path = await files.train(TEXT, { ...small, steps: 2 });
    const from = (text: string, changes: Changes) => files.train(text, changes, { origin: { initFrom: path } });
    await assert.rejects(from(TEXT, { hidden: 64 }), { message: `hidden 64: ${path} has hidden 12; leave it out` });
    await assert.rejects(from(OTHER, {}), /3 different characters .*"!" \(U\+0021\).*"é" .*or add extendVocabulary/);
  });

  it('extendVocabulary adds rows for new characters and leaves the weights of the old ones as they are', async () => {
    const path = await files.train(TEXT, { ...small, steps: 24 });
    const origin = { initFrom: path, extendVocabulary: true };
    const grown = await loadCheckpoint(await files.train(OTHER, { learningRate: 1e-9, steps: 1 }, { origin }));
    const { vocabulary, parameters } = await loadCheckpoint(path);
    const added = grown.vocabulary.codePoints.filter((codePoint) => !vocabulary.codePoints.includes(codePoint));
    assert.deepEqual(String.fromCodePoint(...added), '!,é');
    assert.equal(grown.model.vocabulary, vocabulary.codePoints.length + 3);
    const get = (from: typeof parameters, name: string) => from.find((array) => array.name === name)?.values ?? [];
    const V = grown.model.vocabulary;
    const place = (codePoint: number) => grown.vocabulary.codePoints.indexOf(codePoint);
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} ${b}`);
    vocabulary.codePoints.forEach((codePoint, old) => {
      for (let i = 0; i < 48; i++) {
        const [row, before] = [get(grown.parameters, 'layer0.Wx'), get(parameters, 'layer0.Wx')];
        near(row[48 * place(codePoint) + i], before[48 * old + i]);
      }
      for (let h = 0; h < 12; h++) {
        const [column, before] = [get(grown.parameters, 'decoder.W'), get(parameters, 'decoder.W')];
        near(column[h * V + place(codePoint)], before[h * (V - 3) + old]);
      }
      near(get(grown.parameters, 'decoder.b')[place(codePoint)], get(parameters, 'decoder.b')[old]);
    });
    const lowest = Math.min(...get(parameters, 'decoder.b'));
    for (const codePoint of added) near(get(grown.parameters, 'decoder.b')[place(codePoint)], lowest);
    assert.ok(
      get(grown.parameters, 'layer0.Wx')
        .slice(48 * place(added[0]), 48 * place(added[0]) + 48)
        .some((w) => w !== 0),
    );
  });
});

describe('saving while training', () => {
  const files = new TrainingFolder();
  after(() => files.remove());

  it('saves every so many steps or seconds, and keeps the newest under their steps', async () => {
    const path = await files.train(TEXT, { ...small, steps: 25 }, { saveEvery: { steps: 4 }, keep: 3 });
    const saves = files.events.filter(({ event }) => event === 'saved');
    assert.deepEqual(
      saves.map((event) => event.event === 'saved' && event.step),
      [4, 8, 12, 16, 20, 24, 25],
    );
    const kept = readdirSync(files.folder).filter((name) => name.includes('.step-'));
    assert.deepEqual(
      kept.sort(),
      [20, 24, 25].map((step) => path.replace(/.*\/(.*)\.json/, `$1.step-${step}.json`)),
    );
    await files.train(TEXT, { ...small, minutes: 0.02 }, { saveEvery: { seconds: 0.3 } });
    assert.ok(files.events.filter(({ event }) => event === 'saved').length >= 3);
  });

  it('goes on when a save fails, and tries again the next time', async () => {
    const path = await files.train(TEXT, { ...small, steps: 3 });
    const elsewhere = `${path}.aside`;
    await files.train(
      TEXT,
      { ...small, steps: 25 },
      {
        output: path,
        saveEvery: { steps: 5 },
        onEvent: (event) => {
          if (event.event === 'step' && event.step === 3) {
            copyFileSync(path, elsewhere);
            moveAside(path);
          }
          if (event.event === 'step' && event.step === 12) putBack(path, elsewhere);
        },
      },
    );
    const warnings = files.events.filter((event) => event.event === 'notice' && event.kind === 'warning');
    assert.equal(warnings.length, 2, JSON.stringify(warnings));
    assert.match(JSON.stringify(warnings), /is a folder.*; training continues, and the next save tries again/);
    assert.equal((await loadCheckpoint(path)).training?.step, 25);
  });

  it('saves elsewhere what cannot be written at the end, and says where', async () => {
    const path = join(files.folder, 'blocked.json');
    const failed = files.train(
      TEXT,
      { ...small, steps: 5 },
      {
        output: path,
        onEvent: (event) => {
          if (event.event === 'step' && event.step === 2) moveAside(path);
        },
      },
    );
    const error = await failed.then(
      () => assert.fail('was saved'),
      (reason: Error) => reason,
    );
    const [, refuge] =
      /; the checkpoint of step 5 is in (\S+) instead$/.exec(error.message) ?? assert.fail(error.message);
    assert.equal((await loadCheckpoint(refuge)).training?.step, 5);
    rmSync(refuge);
  });
});
