import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { randomKey, uniform } from '../../src/random.js';
import { choose } from '../../src/sampling/choose.js';

const logits = [0.3, -1, 2, 2, -3];

describe('choose', () => {
  it('takes the first of the largest at temperature 0', () => {
    assert.equal(choose(logits, 0, 0.999), 2);
  });
  it('never takes what has probability zero', () => {
    for (const random of [0, 0.5, 1 - 2 ** -32]) assert.equal(choose([-1000, 0, -1000], 1, random), 1);
  });
  it('takes the only possible symbol however large the logits', () => {
    assert.equal(choose([1e30, -1e30], 0.01, 0.7), 0);
  });
  it('draws nothing from logits that are no numbers, wherever they stand', () => {
    const refused = (logits: number[], temperature: number) =>
      assert.throws(
        () => choose(logits, temperature, 0.5),
        (error) => error instanceof CharrnnError && error.exitCode === 1,
      );
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const temperature of [0, 1]) for (const i of [0, 2]) refused([1, 2, 3].with(i, bad), temperature);
    }
  });
  for (const temperature of [0.5, 1, 2]) {
    it(`draws from softmax(logits/${temperature}): chi-squared below its 99.9 % point`, () => {
      const draws = 20_000;
      const counts = logits.map(() => 0);
      const key = randomKey(11, temperature * 10);
      for (let i = 0; i < draws; i++) counts[choose(logits, temperature, uniform(key, i))]++;
      const weights = logits.map((logit) => Math.exp(logit / temperature));
      const total = weights.reduce((sum, weight) => sum + weight);
      let chiSquared = 0;
      weights.forEach((weight, i) => {
        const expected = (draws * weight) / total;
        chiSquared += (counts[i] - expected) ** 2 / expected;
      });
      assert.ok(chiSquared < 18.5, `${chiSquared} with 4 degrees of freedom`);
    });
  }
});
