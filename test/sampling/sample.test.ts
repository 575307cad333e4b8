import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { drawTexts } from '../../src/sampling/draw.js';
import { type Piece, wholeTexts } from '../../src/sampling/pieces.js';
import { drawPieces, noveltyOf, type SampleOptions, sample, samplePieces } from '../../src/sampling/sample.js';
import type { Sampler } from '../../src/sampling/sampler.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { biased, random } from './models.js';

const defaults = { length: 20, temperature: 1, prime: '', seed: 1 };

async function text(checkpoint: Checkpoint, changes: Partial<SampleOptions> = {}): Promise<string> {
  let all = '';
  for await (const character of sample(checkpoint, { ...defaults, ...changes })) all += character;
  return all;
}

/** All complete texts. */
async function texts(checkpoint: Checkpoint, changes: Partial<SampleOptions>): Promise<Piece[]> {
  const found: Piece[] = [];
  const pieces = samplePieces(checkpoint, { ...defaults, ...changes });
  for await (const piece of wholeTexts(pieces)) if (piece.end !== undefined) found.push(piece);
  return found;
}

describe('sample', () => {
  it('writes as many characters as requested, as whole code points', async () => {
    assert.equal([...(await text(biased('ab😀')))].length, 20);
    assert.equal(await text(biased('ab😀'), { length: 0 }), '');
  });
  it('takes the likeliest character every time at temperature 0', async () => {
    assert.equal(await text(biased('\nab😀'), { temperature: 0, length: 3 }), '😀😀😀');
  });
  it('is determined by the seed', async () => {
    const model = biased('\nabcdef');
    assert.equal(await text(model), await text(model));
    assert.notEqual(await text(model), await text(model, { seed: 2 }));
  });
  it('does not repeat the prime', async () => {
    assert.equal(await text(biased('ab'), { prime: 'aa', temperature: 0, length: 2 }), 'bb');
  });
  it('refuses a prime with a character that the model does not know, and names its position', async () => {
    await assert.rejects(text(biased('ab'), { prime: 'abxb' }), /character 3, "x" \(U\+0078\), is not among the 2/);
  });
  it('skips or replaces such characters with `unknown`', async () => {
    const model = random('\nabc');
    const following = (prime: string, unknown?: SampleOptions['unknown']) => text(model, { prime, unknown });
    assert.equal(await following('aéb', 'skip'), await following('ab'));
    assert.equal(await following('aéb', { replace: 'c' }), await following('acb'));
    await assert.rejects(following('aéb', { replace: 'x' }), /unknown: character 1, "x"/);
  });
  it('writes 1,000 characters by default, and more while it waits for a stop or for lines', async () => {
    const length = async (changes: Partial<SampleOptions>) =>
      (await texts(biased('\nab'), { length: undefined, ...changes }))[0].text.length;
    assert.equal(await length({}), 1000);
    assert.equal(await length({ temperature: 0, stop: ['ab'] }), 100_000);
    assert.equal(await length({ temperature: 0, lines: 1 }), 100_000);
    assert.equal(await length({ temperature: 0, lines: 101 }), 101_000);
  });
  it('refuses stops and lines that the model never writes', async () => {
    await assert.rejects(text(biased('ab'), { lines: 1 }), /lines: the model knows no line feed/);
    await assert.rejects(
      text(biased('ab'), { stop: ['a', 'bx'] }),
      /stop bx: "x" \(U\+0078\) is not among the model's 2 characters/,
    );
    await assert.rejects(text(biased('ab'), { stop: [''] }), /stop "": is empty/);
  });
});

describe('several texts', () => {
  for (const cell of ['lstm', 'gru', 'rnn'] as const) {
    it(`are those that each seed yields alone, in order, whatever their lengths (${cell})`, async () => {
      const model = random('\nabcdef', cell);
      const options = { prime: 'ab', lines: 2, length: 300, seed: 2 ** 32 - 30 };
      // More than are read side by side, so that places are reused.
      const all = await texts(model, { ...options, count: 100 });
      assert.equal(all.length, 100);
      assert.ok(new Set(all.map(({ text }) => text.length)).size > 5);
      for (const [k, { seed, text: found }] of all.entries()) {
        assert.equal(seed, (options.seed + k) % 2 ** 32);
        assert.equal(found, await text(model, { ...options, seed }), `text ${k}`);
      }
    });
  }
  it('are yielded as soon as they and all before them are complete, the first as it grows', () => {
    const pieces = drawPieces(biased('\nab'), { ...defaults, count: 3, length: 5 });
    const some = [...pieces].filter(({ text }) => text !== '');
    assert.deepEqual(
      some.map(({ text }) => text.length),
      [1, 1, 1, 1, 1, 5, 5],
    );
  });
  it('do not accumulate in memory behind an endless first one', () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const pieces = drawPieces(biased('\nab'), { ...defaults, count: 64, length: 1_000_000_000 });
    let [written, before] = [0, 0];
    for (let i = 0; i <= 20_000; i++) {
      const { value } = pieces.next();
      assert.ok(value);
      written += value.text.length;
      if (i > 0) continue;
      collect();
      before = process.memoryUsage().heapUsed;
    }
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    assert.equal(written, 20_001);
    // The same length of the other 63 would be more than 20 MB.
    assert.ok(grown < 5e6, `${grown} bytes`);
    assert.equal(pieces.next().done, false);
  });
  it('are begun only up to 16 per place behind an endless first one', () => {
    // After an a in place 0 comes another, after an a anywhere else a line feed, which ends the text.
    const texts = 4;
    const next = Float32Array.of(-1, 1, 1, -1, 1, -1, 1, -1);
    const sampler = { texts, next, recall: () => {}, feed: () => {} } as unknown as Sampler;
    let begun = 0;
    const start = { memory: [], logits: Float32Array.of(-1, 1) };
    const origins = (function* () {
      for (;;) yield { seed: begun++, start };
    })();
    const vocabulary = new Vocabulary({ codePoints: [10, 97], unknown: false });
    const pieces = drawTexts(sampler, vocabulary, origins, { temperature: 0, length: 1e9, lines: 1 });
    for (let i = 0; i < 1000; i++) assert.equal(pieces.next().value?.text, 'a');
    assert.equal(begun, 16 * texts);
  });
  it('are yielded even if they are empty', async () => {
    assert.equal((await texts(biased('ab'), { length: 0, count: 100 })).length, 100);
  });

  it('are all different with `unique`, and the same ones without the repetitions', async () => {
    const model = biased('\nab');
    const all = (await texts(model, { length: 3, count: 60 })).map(({ text }) => text);
    const different = [...new Set(all)];
    const unique = (await texts(model, { length: 3, count: different.length, unique: true })).map(({ text }) => text);
    assert.deepEqual(unique, different);
  });
  it('are given up after a thousand attempts in a row without a new one', async () => {
    const notices: string[] = [];
    const options = { length: 1, count: 50, unique: true, onNotice: (notice: string) => notices.push(notice) };
    assert.deepEqual(
      new Set((await texts(biased('\nab'), options)).map(({ text }) => text)),
      new Set(['\n', 'a', 'b']),
    );
    assert.equal(notices.length, 1);
    assert.match(notices[0], /^3 of 50 texts found in 1,0\d\d attempts, none in the last 1,000$/);
  });
  it('are only those that are new, including the prime, with `novel`', async () => {
    const seen: string[] = [];
    const novel = (text: string) => seen.push(text) % 2 === 0;
    const found = (await texts(biased('\nab'), { prime: 'b', length: 2, count: 3, novel })).map(
      ({ text }) => `b${text}`,
    );
    assert.deepEqual(found, [seen[1], seen[3], seen[5]]);
  });
});

describe('probabilities', () => {
  it('are those of the model, whatever is chosen from', async () => {
    const [{ text, probabilities }] = await texts(biased('\nab'), {
      temperature: 0.1,
      topK: 2,
      probabilities: true,
    });
    const total = 1 + Math.E + Math.E ** 2;
    assert.equal(text.length, defaults.length);
    assert.equal(probabilities.length, text.length);
    for (const [i, character] of [...text].entries()) {
      const expected = Math.exp(['\n', 'a', 'b'].indexOf(character)) / total;
      assert.ok(Math.abs(probabilities[i] - expected) < 1e-6);
    }
  });
});

describe('noveltyOf', () => {
  const isNew = noveltyOf('Anna\r\n  Bea \nCelia Dora\rEva');
  for (const [text, expected] of [
    ['Anna\n', false],
    [' Bea', false],
    ['Eva', false],
    ['Ann\n', true],
    ['Dora\n', true],
    ['anna\n', true],
    ['Bea \nCelia', false],
    ['Celia\nBea', true],
    ['\n', false],
    ['', false],
  ] as const) {
    it(`is ${expected} for ${JSON.stringify(text)}`, () => assert.equal(isNew(text), expected));
  }
});
