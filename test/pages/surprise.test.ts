import assert from 'node:assert/strict';
import { Expectations } from '../../src/pages/browser/expectations.js';
import { ALTERNATIVES } from '../../src/pages/report-data.js';
import { surpriseAt } from '../../src/pages/surprise.js';
import { parameterSource } from '../../src/sampling/accelerating-instance.js';
import { Sampler } from '../../src/sampling/sampler.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { example } from '../checkpoint/example.js';

const { training: _, ...checkpoint } = example({ cell: 'lstm', layers: 2, hidden: 3, vocabulary: 7 });
const known = { ...checkpoint, vocabulary: { unknown: false, codePoints: [10, 97, 98, 99, 100, 0x1f600, 0x1f601] } };
const text = Uint32Array.from({ length: 4500 }, (_, i) => known.vocabulary.codePoints[(i * i + (i >> 3)) % 7]);

/** The probabilities of each character after those before it, read one at a time in double precision. */
function plainly(symbols: readonly number[]): number[][] {
  const sampler = new Sampler(known.model, parameterSource(known.parameters));
  return symbols.map((symbol) => {
    const logits = Array.from(sampler.read(symbol));
    const sum = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return logits.map((logit) => Math.exp(logit) / sum);
  });
}

describe('the surprise of a model at each character', () => {
  const vocabulary = new Vocabulary(known.vocabulary);
  const symbols = Array.from(text, (codePoint) => vocabulary.indexOf(codePoint));
  const expected = plainly(symbols);

  it('is what one reading from start to end gives, with the likeliest characters first', async () => {
    const data = await surpriseAt(known, text, { backend: 'wasm', threads: 2 });
    const found = new Expectations(data);
    assert.ok(found.isFirst(0) && found.surpriseAt(0) === undefined);
    let sum = 0;
    for (let i = 1; i < text.length; i++) {
      const bits = -Math.log2(expected[i - 1][symbols[i]]);
      sum += bits;
      assert.ok(Math.abs((found.surpriseAt(i) ?? Number.NaN) - bits) < 0.05, `${i}`);
      const ranked = expected[i - 1].map((p, symbol) => ({ p, symbol })).sort((a, b) => b.p - a.p);
      const alternatives = found.alternativesAt(i);
      assert.ok(alternatives.length <= ALTERNATIVES);
      alternatives.forEach(({ character, probability }, k) => {
        assert.ok(Math.abs(probability - ranked[k].p) < 0.004);
        const own = expected[i - 1][vocabulary.indexOf(character.codePointAt(0) ?? 0)];
        assert.ok(Math.abs(own - ranked[k].p) < 1e-4, `${i}: ${character}`);
      });
    }
    assert.equal(data.predictions, text.length - 1);
    assert.ok(Math.abs(data.meanBits - sum / (text.length - 1)) < 1e-4);
  });

  it('adds up by character, by position in the line and by confusion', async () => {
    const data = await surpriseAt(known, text, { backend: 'wasm', threads: 1 });
    const all = data.meanBits * data.predictions;
    const byCharacter = data.byCharacter.reduce((sum, { bits, count }) => sum + bits * count, 0);
    assert.ok(Math.abs(byCharacter - all) < 1e-6 * all);
    assert.equal(
      data.byCharacter.reduce((sum, { count }) => sum + count, 0),
      data.predictions,
    );
    const starts = symbols.flatMap((symbol, i) => (i + 1 < text.length && symbol === 0 ? [i + 1] : []));
    assert.equal(data.byPosition[0].count, starts.length);
    const mean = starts.reduce((sum, i) => sum - Math.log2(expected[i - 1][symbols[i]]), 0) / starts.length;
    assert.ok(Math.abs(data.byPosition[0].bits - mean) < 1e-3);
    const likeliest = (p: readonly number[]): number => p.indexOf(Math.max(...p));
    const [first] = data.confusions;
    const characters = known.vocabulary.codePoints.map((codePoint) => String.fromCodePoint(codePoint));
    const same = symbols.filter(
      (symbol, i) =>
        i > 0 && characters[symbol] === first.written && characters[likeliest(expected[i - 1])] === first.expected,
    );
    assert.equal(first.count, same.length);
    assert.ok(data.confusions.every(({ written, expected }) => written !== expected));
  });

  it('does not depend on the number of threads', async () => {
    const long = Uint32Array.from({ length: 80_000 }, (_, i) => text[i % text.length]);
    const [one, three] = await Promise.all(
      [1, 3].map((threads) => surpriseAt(known, long, { backend: 'auto', threads })),
    );
    assert.deepEqual(one, three);
  });

  it('skips characters that the model does not know, or reads them as its unknown symbol', async () => {
    const strange = Uint32Array.from([...'abxab'], (character) => character.codePointAt(0) ?? 0);
    const skipped = new Expectations(await surpriseAt(known, strange, { backend: 'wasm', threads: 1 }));
    assert.ok(skipped.isUnread(2) && skipped.surpriseAt(2) === undefined && skipped.alternativesAt(2).length === 0);
    const without = new Expectations(
      await surpriseAt(
        known,
        strange.filter((_, i) => i !== 2),
        { backend: 'wasm', threads: 1 },
      ),
    );
    assert.equal(skipped.surpriseAt(3), without.surpriseAt(2));
    const { training: _, ...open } = example();
    const read = new Expectations(await surpriseAt(open, strange, { backend: 'wasm', threads: 1 }));
    assert.ok(read.surpriseAt(2) !== undefined);
  });

  it('is nothing for texts of no or one character', async () => {
    for (const length of [0, 1]) {
      const data = await surpriseAt(known, text.subarray(0, length), { backend: 'wasm', threads: 1 });
      assert.deepEqual([data.predictions, data.meanBits, data.confusions], [0, 0, []]);
    }
    const none = await surpriseAt(known, Uint32Array.of(120, 121), { backend: 'wasm', threads: 1 });
    assert.equal(none.unread, 2);
  });

  it('refuses a model whose output is not finite', async () => {
    const parameters = known.parameters.map((parameter) => ({
      ...parameter,
      values: parameter.values.map(() => 3e38),
    }));
    await assert.rejects(
      surpriseAt({ ...known, parameters }, text, { backend: 'wasm', threads: 1 }),
      /weights are too large/,
    );
  });
});
