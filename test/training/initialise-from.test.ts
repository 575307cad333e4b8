import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadCheckpoint } from '../../src/checkpoint/read.js';
import { originOf } from '../../src/training/initialise-from.js';
import type { Changes } from '../training-config.js';
import { small, TEXT, TrainingFolder, type Trial } from './harness.js';

describe('the checkpoint that a run starts from', () => {
  /** About 150,000 parameters: 600 kB. */
  const large = { layers: 1, hidden: 180, batch: 2, sequence: 10 };
  const files = new TrainingFolder();
  after(() => files.remove());

  it('is counted as memory: only the parameters for initFrom, all arrays for resume', async () => {
    const path = await files.train(TEXT, { ...large, steps: 6, validateEvery: 4 });
    const corpus = `${files.folder}/corpus.txt`;
    const { parameters, training } = await loadCheckpoint(path);
    const bytes = (arrays: typeof parameters = []): number =>
      arrays.reduce((sum, { values }) => sum + values.byteLength, 0);
    assert.equal((await originOf({ corpus })).loadedBytes, 0);
    assert.equal((await originOf({ corpus, initFrom: path })).loadedBytes, bytes(parameters));
    const { latest, best, average, moments, carried } = training ?? assert.fail();
    const all = [parameters, latest, best, average, moments, carried].reduce((sum, group) => sum + bytes(group), 0);
    assert.ok(all > 3 * bytes(parameters));
    assert.equal((await originOf({ corpus, resume: path })).loadedBytes, all);
  });

  it('is released once the run has started', async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    /** Bytes of all arrays in the middle of a run. */
    const measure = async (origin: Trial['origin'], changes: Changes, output: string): Promise<number> => {
      const held: number[] = [];
      const onEvent: Trial['onEvent'] = (event) => {
        if (event.event !== 'step' || event.step % 10 !== 5) return;
        // Arrays are freed in parallel with the collection that finds them, and at the latest by the next one.
        collect();
        collect();
        held.push(process.memoryUsage().arrayBuffers);
      };
      await files.train(TEXT, changes, { ...(origin && { origin }), output, onEvent });
      assert.equal(held.length, 1, 'measured once');
      return held[0];
    };
    const [path, other] = ['old.json', 'new.json'].map((name) => `${files.folder}/${name}`);
    const before = await measure(undefined, { ...large, steps: 10 }, path);
    const { batch, sequence } = large;
    // The weights alone are 600 kB, all arrays 2.4 MB.
    for (const [origin, changes, output] of [
      [{ initFrom: path }, { batch, sequence, steps: 10 }, other],
      [{ resume: path }, { steps: 20 }, path],
    ] as const) {
      const more = (await measure(origin, changes, output)) - before;
      assert.ok(more < 300_000, `${more} bytes more than in a new run with ${JSON.stringify(origin)}`);
    }
  });
});

describe('train with initFrom', () => {
  const files = new TrainingFolder();
  after(() => files.remove());
  const OTHER = 'pack my box with five dozen jugs, zoé! '.repeat(30);

  it('starts a new training run with the weights, the cell and the sizes of the checkpoint', async () => {
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

  it('refuses another model, and new characters, which it lists', async () => {
    const path = await files.train(TEXT, { ...small, steps: 2 });
    const from = (text: string, changes: Changes) => files.train(text, changes, { origin: { initFrom: path } });
    await assert.rejects(from(TEXT, { hidden: 64 }), { message: `hidden 64: ${path} has hidden 12; leave it out` });
    await assert.rejects(from(OTHER, {}), /3 different characters .*"!" \(U\+0021\).*"é" .*or add extendVocabulary/);
  });

  it('adds rows for new characters with extendVocabulary, and keeps the weights of the old ones', async () => {
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
