import assert from 'node:assert/strict';
import { train } from '../../src/index.js';
import { wasm } from '../../src/kernels/wasm-backend.js';
import type { GivenConfig } from '../../src/options/training-options.js';
import { Trainer } from '../../src/training/trainer.js';
import { temporaryFolder } from '../temporary-folder.js';

const text = 'a quick caf\u00e9 \u{1f600}\r\nwith lines, some long and some short\n\n'.repeat(80);
const nothing = { model: {}, data: {}, optimizer: {}, schedule: {}, run: {} };

const trainerOf = (given: Partial<GivenConfig>, own = text, threads?: number): Promise<Trainer> =>
  Trainer.start(own, { given: { ...nothing, ...given }, backend: wasm, threads, onNotice: () => {} });

describe('Trainer', () => {
  const { write, remove } = temporaryFolder();
  after(remove);

  for (const cell of ['rnn', 'lstm', 'gru'] as const) {
    it(`computes the losses and weights of a run: ${cell}`, async () => {
      const model = { cell, layers: 2, hidden: 12, dropout: 0.3, weightDrop: 0.2 } as const;
      const schedule = { name: 'cosine', warmUp: 3 } as const;
      const optimizer = cell === 'gru' ? { ema: 0.9 } : {};
      const expected: number[] = [];
      const { checkpoint } = await train({
        ...{
          corpus: write('corpus.txt', text),
          model,
          optimizer,
          schedule,
          steps: 15,
          seed: 9,
          backend: 'wasm',
          threads: 2,
        },
        onEvent: (event) => {
          if (event.event === 'step') expected.push(event.loss);
        },
      });
      for (const own of [undefined, 1, 3]) {
        const trainer = await trainerOf({ model, optimizer, schedule, run: { steps: 15, seed: 9 } }, text, own);
        const losses: number[] = [];
        for (let step = await trainer.step(); step; step = await trainer.step()) losses.push(step.loss);
        assert.deepEqual(losses, expected);
        assert.deepEqual(trainer.checkpoint().parameters, checkpoint?.parameters);
        assert.deepEqual(trainer.checkpoint().vocabulary, checkpoint?.vocabulary);
        assert.equal(await trainer.validate(), checkpoint?.training?.bestValidationLoss);
        assert.deepEqual(trainer.config, checkpoint?.training?.config);
        await trainer.close();
      }
    });
  }

  it('reads a text as from a file: without a mark at its start, halves of pairs as U+FFFD', async () => {
    const { vocabulary } = (await trainerOf({}, '\ufeffab\ud800ab\ufeff')).checkpoint();
    assert.deepEqual(vocabulary.codePoints, [97, 98, 0xfeff, 0xfffd]);
  });

  it('gives memory of its own to a checkpoint', async () => {
    const trainer = await trainerOf({ model: { hidden: 4 }, run: { steps: 2 } });
    const [before] = trainer.checkpoint().parameters;
    const copy = before.values.slice();
    await trainer.step();
    assert.deepEqual(before.values, copy);
    assert.notDeepEqual(trainer.checkpoint().parameters[0].values, copy);
  });

  it('ends after its time, and has no loss where nothing is held out', async () => {
    for (const threads of [undefined, 2]) {
      const given = { model: { hidden: 4 }, data: { validation: 0 }, run: { minutes: 0.001 } };
      const trainer = await trainerOf(given, text, threads);
      assert.equal(trainer.totalSteps, null);
      assert.equal(await trainer.validate(), null);
      let steps = 0;
      while (await trainer.step()) steps++;
      assert.ok(steps >= 1 && steps < 5000, `${steps}`);
      await trainer.close();
    }
  });

  it('refuses what cannot be trained on, in one line', async () => {
    const fault = (given: Partial<GivenConfig>, own: string, message: RegExp, threads?: number): Promise<void> =>
      assert.rejects(trainerOf(given, own, threads), { name: 'CharrnnError', message });
    await fault({}, '', /^the text is empty; give one/);
    await fault({}, '\ufeff', /^the text is empty; give one/);
    await fault({}, 'aaaa', /^the text: only one distinct character \("a"\)/);
    await fault({ model: { hidden: 0 } }, text, /^hidden 0: must be from 1/);
    await fault({ data: { batch: 50, sequence: 50 } }, 'abcabc', /^the text: 6 characters .* 2,501; lower either$/);
    await fault({}, text, /^threads 0: must be from 1/, 0);
  });

  for (const threads of [undefined, 2]) {
    it(`tells the step whose loss is not finite, and keeps the weights: ${threads ?? 'no'} threads`, async () => {
      const lowered = { name: 'CharrnnError', message: /^step \d+: .*; lower learningRate/ };
      const given = {
        ...{ model: { hidden: 40 }, run: { steps: 200 } },
        optimizer: { name: 'adamw', learningRate: 100, clipNorm: 0, weightDecay: 1 },
      } as const;
      const diverging = await trainerOf(given, text, threads);
      await assert.rejects(async () => {
        while (await diverging.step());
      }, lowered);
      assert.ok(diverging.checkpoint().parameters.every(({ values }) => values.every(Number.isFinite)));
      await diverging.close();
    });
  }
});
