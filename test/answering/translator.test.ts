import assert from 'node:assert/strict';
import { type Translation, Translator } from '../../src/answering/translator.js';
import { cells } from '../../src/options/training-options.js';
import { randomKey, uniform } from '../../src/random.js';
import { forTask } from '../sampling/models.js';
import { costsOf, greedy } from '../sampling/plain-costs.js';

const checkpoint = forTask({ name: 'translate' });
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** All texts of this length without a line feed. */
const all = (length: number): string[] =>
  length === 0 ? [''] : all(length - 1).flatMap((text) => Array.from('abc', (c) => text + c));

/** Random texts of lengths from 0 to the longest. */
const sources = (count: number, longest: number): string[] =>
  Array.from({ length: count }, (_, i) => {
    const key = randomKey(5, i);
    const length = Math.floor(uniform(key, 0) ** 3 * (longest + 1));
    return Array.from({ length }, (_, j) => 'abc'[Math.floor(3 * uniform(key, j + 1))]).join('');
  });

describe('the translator', () => {
  for (const cell of cells) {
    for (const isSourceReversed of [false, true]) {
      it(`takes the likeliest character each time (${cell}${isSourceReversed ? ', reversed source' : ''})`, () => {
        const model = forTask({ name: 'translate', isSourceReversed }, cell);
        const texts = ['', 'a', 'abc', 'cab', 'cbbaabc'];
        const found = new Translator(model, { length: 8 }).translate(texts);
        found.forEach(({ text, logProbability, isCut }, i) => {
          const origin = { source: texts[i] };
          assert.equal(text, greedy(model, origin, 8));
          const costs = costsOf(model, origin, text);
          const expected = -sum(isCut ? costs.slice(0, text.length) : costs);
          assert.ok(Math.abs(logProbability - expected) < 1e-4, `${logProbability} ${expected}`);
        });
      });
    }
  }

  it('finds the answer with the best mean of all when it keeps them all', () => {
    const candidates = [0, 1, 2, 3].flatMap(all);
    for (const source of ['', 'a', 'bc', 'abcabc', 'ccc']) {
      const rated = candidates.map((text) => {
        const costs = costsOf(checkpoint, { source }, text);
        return { text, logProbability: -sum(costs), rate: -sum(costs) / costs.length };
      });
      const best = rated.reduce((a, b) => (b.rate > a.rate ? b : a));
      const [found] = new Translator(checkpoint, { beam: 200, length: 3 }).translate([source]);
      assert.deepEqual([found.text, found.isCut], [best.text, false]);
      assert.ok(Math.abs(found.logProbability - best.logProbability) < 1e-4);
    }
  });

  it('cuts an answer at its greatest length, and only there', () => {
    const texts = sources(40, 9);
    const long = new Translator(checkpoint, { length: 30 }).translate(texts);
    const short = new Translator(checkpoint, { length: 3 }).translate(texts);
    short.forEach(({ text, isCut }, i) => {
      assert.deepEqual([text, isCut], [long[i].text.slice(0, 3), long[i].text.length > 3]);
    });
    assert.deepEqual(new Set(short.map(({ isCut }) => isCut)), new Set([true, false]));
  });

  const bits = [
    ['rnn', 1],
    ['lstm', 1],
    ['rnn', 3],
    ['gru', 3],
    ['rnn', 70],
  ] as const;
  for (const [cell, beam] of bits) {
    it(`gives each text the bits that it has alone (${cell}, beam ${beam})`, () => {
      const checkpoint = forTask({ name: 'translate' }, cell);
      const texts = sources(beam === 1 ? 150 : 20, 300);
      const settings = { beam, length: 12 };
      const together = new Translator(checkpoint, settings).translate(texts);
      const alone = new Translator(checkpoint, settings);
      const each = (text: string): Translation => alone.translate([text])[0];
      assert.deepEqual(together, texts.map(each));
      const reversed = new Translator(checkpoint, settings).translate(texts.toReversed());
      assert.deepEqual(together, reversed.toReversed());
    });
  }

  it('reads sources of all lengths up to 16,384 characters', () => {
    const texts = [`${'abc'.repeat(5461)}a`, 'ab', 'abc'.repeat(300), 'abc'.repeat(90), 'cab'.repeat(300)];
    const together = new Translator(checkpoint, { length: 12 }).translate(texts);
    const alone = texts.map((text) => new Translator(checkpoint, { length: 12 }).translate([text])[0]);
    assert.deepEqual(together, alone);
  });

  it('leaves out unknown characters, or reads the unknown symbol, and counts them', () => {
    const [with_, without] = new Translator(checkpoint, { length: 9 }).translate(['a😀bé', 'ab']);
    assert.deepEqual(with_, { ...without, unknown: 2 });
    const codePoints = Array.from('\nbc', (c) => c.codePointAt(0) ?? 0);
    const unknowing = { ...checkpoint, vocabulary: { codePoints, unknown: true } };
    const translator = new Translator(unknowing, { length: 9 });
    const [one, other, none] = translator.translate(['bxc', 'byc', 'bc']);
    assert.deepEqual([one, one.unknown], [other, 1]);
    assert.notEqual(one.logProbability, none.logProbability);
  });
});
