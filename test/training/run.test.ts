import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import {
  type CorpusOptions,
  cells,
  corpusOptions,
  optimizers,
  type TrainingOptions,
  trainingOptions,
} from '../../src/options.js';
import { sample } from '../../src/sampling/sample.js';
import type { TrainingEvent } from '../../src/training/events.js';
import { divergence, train } from '../../src/training/run.js';
import { defaultsOf } from '../options-defaults.js';

const SENTENCE = 'the quick brown fox jumps over the lazy dog; what a day. ';

describe('train', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'charrnn-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const events: TrainingEvent[] = [];
  let files = 0;

  /** Trains on a text with 2 threads. @returns the path of the checkpoint */
  async function trained(
    text: string,
    changes: Partial<TrainingOptions & CorpusOptions>,
    rest: { threads?: number; signal?: AbortSignal; onEvent?: (event: TrainingEvent) => void } = {},
  ): Promise<string> {
    const corpus = join(folder, 'corpus.txt');
    const output = join(folder, `model${files++}.json`);
    writeFileSync(corpus, text);
    events.length = 0;
    await train({
      corpus: [corpus],
      output,
      options: { ...defaultsOf(trainingOptions), ...defaultsOf(corpusOptions), ...changes } as never,
      engine: { threads: rest.threads ?? 2, backend: 'wasm' },
      given: new Set(Object.keys(changes)),
      sampleEvery: 0,
      ...(rest.signal && { signal: rest.signal }),
      onEvent: (event) => {
        events.push(event);
        rest.onEvent?.(event);
      },
    });
    return output;
  }

  async function written(path: string, prime: string, length: number): Promise<string> {
    let text = '';
    const options = { length, temperature: 0, prime, seed: 1 };
    for await (const character of sample(await loadCheckpoint(path), options)) text += character;
    return text;
  }

  for (const cell of cells) {
    it(`learns hello: a loss under 0.01, and h continues as ello (${cell})`, async () => {
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
    it(`makes the loss fall with ${optimizer}`, async () => {
      const rates = { sgd: 0.3, rmsprop: 0.003, adagrad: 0.03, adam: 0.005, adamw: 0.005 };
      const sizes = { hidden: 32, layers: 1, batch: 4, sequence: 20, validation: 0 };
      await trained(SENTENCE.repeat(12), { ...sizes, optimizer, 'learning-rate': rates[optimizer], steps: 120 });
      const steps = events.filter((event) => event.event === 'step');
      assert.ok((steps.at(-1)?.loss ?? 9) < 0.6 * steps[0].loss, `${steps[0].loss} → ${steps.at(-1)?.loss}`);
    });
  }

  const small = { hidden: 24, batch: 5, sequence: 16, dropout: 0.2, steps: 60 };

  it('writes the same bytes twice, with one thread and with three', async () => {
    const first = readFileSync(await trained(SENTENCE.repeat(20), small, { threads: 1 }));
    assert.ok(first.equals(readFileSync(await trained(SENTENCE.repeat(20), small, { threads: 1 }))));
    assert.ok(first.equals(readFileSync(await trained(SENTENCE.repeat(20), small, { threads: 3 }))));
    assert.ok(!first.equals(readFileSync(await trained(SENTENCE.repeat(20), { ...small, seed: 2 }))));
  });

  it('is not changed by validation: two intervals, the same weights, moments and states', async () => {
    const load = async (every: number) =>
      loadCheckpoint(await trained(SENTENCE.repeat(20), { ...small, 'validate-every': every }));
    const [often, seldom] = [await load(7), await load(60)];
    assert.deepEqual(often.parameters, seldom.parameters);
    assert.deepEqual(often.training?.moments, seldom.training?.moments);
    assert.deepEqual(often.training?.carried, seldom.training?.carried);
    assert.equal(often.training?.history.length, 9);
  });

  it('tells what it does', async () => {
    const path = await trained(SENTENCE.repeat(20), { ...small, 'validate-every': 25 });
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

  it('saves and says so when it is interrupted', async () => {
    const stop = new AbortController();
    const onEvent = (event: TrainingEvent): void => {
      if (event.event === 'step' && event.step === 5) stop.abort();
    };
    const path = await trained(SENTENCE.repeat(20), { ...small, steps: 1e6 }, { signal: stop.signal, onEvent });
    const finished = events.at(-1);
    assert.ok(finished?.event === 'finished' && finished.reason === 'interrupted');
    const step = (await loadCheckpoint(path)).training?.step ?? 0;
    assert.ok(step >= 5 && step < 1e5, `${step}`);
  });

  it('ends when the minutes are over', async () => {
    const start = performance.now();
    await trained(SENTENCE.repeat(20), { ...small, steps: undefined, minutes: 0.01 } as never);
    const seconds = (performance.now() - start) / 1000;
    assert.ok(seconds > 0.5 && seconds < 8, `${seconds}`);
    const rates = events.filter((event) => event.event === 'step').map((event) => event.learningRate);
    assert.ok(rates[0] > 0.009 && (rates.at(-1) ?? 1) < 0.001, 'the cosine follows the time');
  });
});

describe('divergence', () => {
  it('names the step, the number, the last finite loss and what to change', () => {
    const result = { step: 7, loss: Number.NaN, learningRate: 1, gradientNorm: 1 };
    const { message } = divergence(result, { ...result, step: 6, loss: 2.5 });
    const remedy = 'lower --learning-rate, or --clip-norm if it is off';
    assert.equal(message, `step 7: the loss is NaN (the last finite loss was 2.500); ${remedy}`);
    const gradient = divergence({ ...result, loss: 3, gradientNorm: Number.POSITIVE_INFINITY }, undefined);
    assert.equal(gradient.message, `step 7: the gradient's norm is Infinity; ${remedy}`);
  });
});
