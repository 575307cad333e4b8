import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { cells, optimizers } from '../../src/options/training-options.js';
import { sample } from '../../src/sampling/sample.js';
import type { Changes } from '../training-config.js';
import { TrainingFolder, type Trial } from './harness.js';

const SENTENCE = 'the quick brown fox jumps over the lazy dog; what a day. ';

describe('train', () => {
  const files = new TrainingFolder();
  const { events } = files;
  after(() => files.remove());
  const trained = (text: string, changes: Changes, trial: Trial = {}): Promise<string> =>
    files.train(text, changes, { threads: 2, ...trial });

  async function written(path: string, prime: string, length: number): Promise<string> {
    let text = '';
    const options = { length, temperature: 0, prime, seed: 1 };
    for await (const character of sample(await loadCheckpoint(path), options)) text += character;
    return text;
  }

  for (const cell of cells) {
    it(`learns hello: a loss below 0.01, and ello as the continuation of h (${cell})`, async () => {
      const path = await trained('hello', { cell, steps: 150 });
      const steps = events.filter((event) => event.event === 'step');
      assert.ok((steps.at(-1)?.loss ?? 1) < 0.01, `${steps.at(-1)?.loss}`);
      assert.equal(await written(path, 'h', 4), 'ello');
    });

    it(`learns one sentence by heart (${cell})`, async () => {
      const sizes = { cell, hidden: 48, layers: 1, batch: 4, sequence: 20, validation: 0 };
      const path = await trained(SENTENCE.repeat(12), { ...sizes, steps: 250 });
      assert.equal(await written(path, 'the quick', SENTENCE.length), SENTENCE.repeat(2).slice(9, SENTENCE.length + 9));
    });
  }

  for (const optimizer of optimizers) {
    it(`lowers the loss with ${optimizer}`, async () => {
      const rates = { sgd: 0.3, rmsprop: 0.003, adagrad: 0.03, adam: 0.005, adamw: 0.005 };
      const sizes = { hidden: 32, layers: 1, batch: 4, sequence: 20, validation: 0 };
      await trained(SENTENCE.repeat(12), { ...sizes, optimizer, learningRate: rates[optimizer], steps: 120 });
      const steps = events.filter((event) => event.event === 'step');
      assert.ok((steps.at(-1)?.loss ?? 9) < 0.6 * steps[0].loss, `${steps[0].loss} → ${steps.at(-1)?.loss}`);
    });
  }

  const small = { hidden: 24, batch: 5, sequence: 16, dropout: 0.2, steps: 60 };

  it('writes the same bytes every time, with one thread and with three', async () => {
    const first = readFileSync(await trained(SENTENCE.repeat(20), small, { threads: 1 }));
    assert.ok(first.equals(readFileSync(await trained(SENTENCE.repeat(20), small, { threads: 1 }))));
    assert.ok(first.equals(readFileSync(await trained(SENTENCE.repeat(20), small, { threads: 3 }))));
    assert.ok(!first.equals(readFileSync(await trained(SENTENCE.repeat(20), { ...small, seed: 2 }))));
  });

  it('is unaffected by validation: two intervals, the same weights, moments and states', async () => {
    const load = async (every: number) =>
      loadCheckpoint(await trained(SENTENCE.repeat(20), { ...small, validateEvery: every }));
    const [often, seldom] = [await load(7), await load(60)];
    assert.deepEqual(often.parameters, seldom.parameters);
    assert.deepEqual(often.training?.moments, seldom.training?.moments);
    assert.deepEqual(often.training?.carried, seldom.training?.carried);
    assert.equal(often.training?.history.length, 9);
  });

  it('emits the events of a run in order', async () => {
    const path = await trained(SENTENCE.repeat(20), { ...small, validateEvery: 25 });
    const started = events.find(({ event }) => event === 'started');
    assert.ok(started?.event === 'started');
    assert.deepEqual([started.trainingCharacters, started.validationCharacters], [1026, 114]);
    assert.deepEqual(
      events.filter(({ event }) => event !== 'step' && event !== 'notice').map(({ event }) => event),
      ['started', 'validation', 'validation', 'validation', 'saved', 'finished'],
    );
    assert.equal(events.filter(({ event }) => event === 'step').length, 60);
    const checkpoint = await loadCheckpoint(path);
    assert.equal(checkpoint.training?.step, 60);
    assert.equal(checkpoint.training?.corpus.characters, 1140);
  });

  it('saves when it is interrupted, and says that it was', async () => {
    const path = await trained(SENTENCE.repeat(20), { ...small, steps: 1e6 }, { interruptAt: 5 });
    const finished = events.at(-1);
    assert.ok(finished?.event === 'finished' && finished.reason === 'interrupted');
    const step = (await loadCheckpoint(path)).training?.step ?? 0;
    assert.ok(step >= 5 && step < 1e5, `${step}`);
  });

  it('ends when its time is over', async () => {
    const start = performance.now();
    await trained(SENTENCE.repeat(20), { ...small, steps: undefined, minutes: 0.01 });
    const seconds = (performance.now() - start) / 1000;
    assert.ok(seconds > 0.5 && seconds < 8, `${seconds}`);
    const rates = events.filter((event) => event.event === 'step').map((event) => event.learningRate);
    assert.ok(rates[0] > 0.009 && (rates.at(-1) ?? 1) < 0.001, 'the cosine follows the time');
  });
});
