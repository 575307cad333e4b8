// What a request for a training run may contain. The library and the command share it.

import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { textOf } from '../../src/errors.js';
import { defaults } from '../../src/options/training-options.js';
import { sample } from '../../src/sampling/sample.js';
import type { TrainingEvent } from '../../src/training/events.js';
import { checkRequest, type TrainRequest } from '../../src/training/request.js';
import { train } from '../../src/training/train.js';
import { temporaryFolder } from '../temporary-folder.js';

const corpus = 'novel.txt';

describe('checkRequest', () => {
  const refuses = (request: object, message: string): void =>
    assert.throws(() => checkRequest({ corpus, ...request }), { name: 'CharrnnError', message, exitCode: 2 });

  it('accepts a corpus alone, and any option in range', () => {
    const { run, ...configs } = defaults;
    const requests: TrainRequest[] = [
      { corpus },
      { corpus: [corpus, '-'] },
      { corpus, model: {}, data: {}, optimizer: {}, schedule: {}, minutes: undefined },
      { corpus, ...configs, ...run },
      { corpus, model: { hidden: 1, cell: 'gru', dropout: 0.95 }, data: { validation: 0 }, seed: 2 ** 32 - 1 },
      { corpus, model: { hidden: undefined }, optimizer: { name: 'sgd', clipNorm: 0 }, minutes: 0.001, patience: 1 },
      { corpus, resume: 'model.json' },
      { corpus, initFrom: 'model.json', extendVocabulary: true },
      { corpus, initFrom: '-', extendVocabulary: false },
      { corpus, extendVocabulary: false },
    ];
    for (const request of requests) checkRequest(request);
  });

  for (const [request, message] of [
    [{ model: { hidden: 0 } }, 'hidden 0: must be from 1 to 16384'],
    [{ model: { hidden: 16385 } }, 'hidden 16385: must be from 1 to 16384'],
    [{ model: { layers: 1.5 } }, 'layers 1.5: must be a whole number'],
    [{ model: { layers: '2' } }, 'layers 2: must be from 1 to 64'],
    [{ model: { cell: 'lstn' } }, 'cell lstn: must be one of rnn, lstm, gru'],
    [{ data: { batch: 0 } }, 'batch 0: must be from 1 to 65536'],
    [{ data: { validation: 0.6 } }, 'validation 0.6: must be from 0 to 0.5'],
    [{ data: { encoding: 'utf16' } }, 'encoding utf16: must be one of utf8, latin1'],
    [{ optimizer: { learningRate: -1 } }, 'learningRate -1: must be from 1e-9 to 100'],
    [{ optimizer: { name: 'lion' } }, 'optimizer lion: must be one of sgd, rmsprop, adagrad, adam, adamw'],
    [{ optimizer: { clipNorm: Number.POSITIVE_INFINITY } }, 'clipNorm Infinity: must be from 0 to 1000000'],
    [{ schedule: { name: 'linear' } }, 'schedule linear: must be one of constant, step, cosine'],
    [{ schedule: { warmUp: -1 } }, 'warmUp -1: must be at least 0'],
    [{ minutes: Number.NaN }, 'minutes NaN: must be from 0.001 to 1000000'],
    [{ minutes: '5m' }, 'minutes 5m: must be from 0.001 to 1000000'],
    [{ epochs: 0 }, 'epochs 0: must be from 0.001 to 1000000'],
    [{ steps: 0 }, 'steps 0: must be at least 1'],
    [{ seed: 1.5 }, 'seed 1.5: must be a whole number'],
    [{ seed: -1 }, 'seed -1: must be from 0 to 4294967295'],
    [{ validateEvery: 0 }, 'validateEvery 0: must be at least 1'],
    [{ patience: null }, 'patience null: must be at least 1'],
    [{ threads: 0 }, 'threads 0: must be from 1 to 256'],
    [{ backend: 'cuda' }, 'backend cuda: must be one of auto, wasm, fused, blas'],
    [{ preset: 'huge' }, 'preset huge: must be one of tiny, small, medium, large'],
    [{ keep: -1 }, 'keep -1: must be from 0 to 1000000'],
    [{ sampleEvery: 0.5 }, 'sampleEvery 0.5: must be a whole number'],
    [{ extendVocabulary: 'yes' }, 'extendVocabulary yes: must be true or false'],
    [{ model: null }, 'model null: must be an object'],
    [{ data: 50 }, 'data 50: must be an object'],
    [{ hidden: 12 }, 'hidden: unknown option; it is model.hidden'],
    [{ clipNorm: 1 }, 'clipNorm: unknown option; it is optimizer.clipNorm'],
    [{ epoch: 1 }, 'epoch: unknown option'],
    [{ toString: 1 }, 'toString: unknown option'],
  ] as const) {
    it(`refuses ${message}`, () => refuses(request, message));
  }

  for (const [request, name] of [
    [{ model: { hiden: 12 } }, 'model.hiden'],
    [{ model: { batch: 12 } }, 'model.batch'],
    [{ data: { 'min-count': 2 } }, 'data.min-count'],
    [{ optimizer: { optimizer: 'sgd' } }, 'optimizer.optimizer'],
    [{ optimizer: { toString: undefined } }, 'optimizer.toString'],
    [{ schedule: { schedule: 'step' } }, 'schedule.schedule'],
  ] as const) {
    it(`refuses the unknown option ${name}`, () => refuses(request, `${name}: unknown option`));
  }

  it('refuses resume together with initFrom, and extendVocabulary without initFrom', () => {
    const two = 'resume and initFrom: give only one; the first continues a run, the second starts one';
    refuses({ resume: 'a.json', initFrom: 'b.json' }, two);
    refuses({ extendVocabulary: true }, 'extendVocabulary: needs initFrom and a checkpoint');
    refuses({ extendVocabulary: true, resume: 'a.json' }, 'extendVocabulary: needs initFrom and a checkpoint');
  });

  it('refuses standard input as both corpus and checkpoint', () => {
    const both = 'standard input: the corpus or the checkpoint, not both; give one of them as a file';
    refuses({ corpus: [corpus, '-'], resume: '-' }, both);
    refuses({ corpus: '-', initFrom: '-' }, both);
  });
});

describe('train', () => {
  const { folder, remove } = temporaryFolder();
  const workplace = process.cwd();
  before(() => {
    writeFileSync(join(folder, 'hello.txt'), 'hello');
    // Anything written by mistake would be written here.
    process.chdir(folder);
  });
  after(() => {
    process.chdir(workplace);
    remove();
  });

  /** Trains on hello, and copies the checkpoint to keep it after the run. */
  async function trained(request: Partial<TrainRequest>) {
    const events: TrainingEvent[] = [];
    const checkpoints: Checkpoint[] = [];
    const finished = await train({
      ...{ corpus: 'hello.txt', threads: 1, ...request },
      onEvent: (event) => events.push(event),
      onCheckpoint: ({ parameters, ...others }) => {
        checkpoints.push({ ...others, parameters: parameters.map((x) => ({ ...x, values: x.values.slice() })) });
      },
    });
    assert.equal(checkpoints.length, 1);
    return { events, finished, checkpoint: checkpoints[0] };
  }

  it('writes no file without an output, and hands over a model that continues h with ello', async () => {
    const { events, finished, checkpoint } = await trained({ steps: 150, saveEvery: { steps: 50 }, keep: 2 });
    assert.deepEqual(readdirSync(folder, { recursive: true }), ['hello.txt']);
    assert.ok(!events.some(({ event }) => event === 'saved'));
    assert.deepEqual([finished.reason, finished.step, checkpoint.training?.step], ['completed', 150, 150]);
    const losses = events.flatMap((event) => (event.event === 'step' ? [event.loss] : []));
    assert.equal(losses.length, 150);
    assert.ok(losses[0] > 1 && losses[149] < 0.05, `${losses[0]} → ${losses[149]}`);
    let text = '';
    for await (const character of sample(checkpoint, { length: 4, temperature: 0, prime: 'h', seed: 1 })) {
      text += character;
    }
    assert.equal(text, 'ello');
  });

  it('trains with the given options, and chooses the rest unless recipe is false', async () => {
    const given = {
      model: { cell: 'gru', hidden: 7 },
      data: { batch: 2, sequence: 2, validation: 0 },
      optimizer: { name: 'sgd', learningRate: 0.25 },
      schedule: { name: 'step', decayEvery: 3 },
      ...{ steps: 3, seed: 9 },
    } as const;
    const { checkpoint, events } = await trained({ ...given, recipe: false });
    const { model, data, optimizer, schedule, steps, seed } = given;
    assert.deepEqual(checkpoint.training?.config, {
      model: { ...defaults.model, ...model },
      data: { ...defaults.data, ...data },
      optimizer: { ...defaults.optimizer, ...optimizer },
      schedule: { ...defaults.schedule, ...schedule },
      run: { ...defaults.run, steps, seed },
    });
    assert.deepEqual([checkpoint.model.cell, checkpoint.model.layers, checkpoint.model.hidden], ['gru', 2, 7]);
    const rates = events.flatMap((event) => (event.event === 'step' ? [event.learningRate] : []));
    assert.deepEqual(rates, [0.25, 0.25, 0.25]);

    const chosen = await trained(given);
    assert.deepEqual(chosen.checkpoint.training?.config.model, { ...defaults.model, ...model, layers: 1 });
    const hints = chosen.events.flatMap((event) => (event.event === 'notice' ? [textOf(event.message)] : []));
    assert.match(hints.join('\n'), /chosen for 5 characters \(tiny\): layers 1 dropout 0 weightDrop 0$/);
  });

  it('checks a request before it reads anything', async () => {
    const request = { corpus: 'nowhere.txt', model: { hidden: 0 }, onEvent: () => {} };
    await assert.rejects(train(request), { message: 'hidden 0: must be from 1 to 16384', exitCode: 2 });
  });
});
