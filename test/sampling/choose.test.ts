import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { randomKey, uniform } from '../../src/random.js';
import { type Choice, Chooser } from '../../src/sampling/choose.js';

const logits = [0.3, -1, 2, 2, -3];
const choose = (logits: number[], temperature: number, random: number): number =>
  new Chooser(logits.length, { temperature }).choose(logits, random);

/** The 99.9 % points of chi-squared distributions by degrees of freedom (Abramowitz and Stegun, table 26.8). */
const critical: Readonly<Record<number, number>> = { 0: 1, 1: 10.83, 2: 13.82, 3: 16.27, 4: 18.47, 5: 20.52 };

/** Probabilities computed with Math.exp, and zero for what is left out. */
function expected(logits: readonly number[], temperature: number, kept: readonly number[]): number[] {
  const weights = logits.map((logit, i) => (kept.includes(i) ? Math.exp(logit / temperature) : 0));
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}

/** Draws many times and compares the counts with the expected probabilities. */
function assertDrawn(logits: readonly number[], choice: Choice, probabilities: readonly number[]): void {
  const draws = 20_000;
  const counts = logits.map(() => 0);
  const chooser = new Chooser(logits.length, choice);
  for (let i = 0; i < draws; i++) counts[chooser.choose(logits, uniform(randomKey(11), i))]++;
  let chiSquared = 0;
  let freedom = -1;
  probabilities.forEach((probability, i) => {
    if (probability === 0) assert.equal(counts[i], 0, `symbol ${i} was drawn`);
    else {
      chiSquared += (counts[i] - draws * probability) ** 2 / (draws * probability);
      freedom++;
    }
  });
  assert.ok(chiSquared < critical[freedom], `${chiSquared} with ${freedom} degrees of freedom`);
}

describe('a chooser', () => {
  it('takes the first of the largest logits at temperature 0', () => {
    assert.equal(choose(logits, 0, 0.999), 2);
  });
  it('never takes a symbol with probability zero', () => {
    for (const random of [0, 0.5, 1 - 2 ** -32]) assert.equal(choose([-1000, 0, -1000], 1, random), 1);
  });
  it('takes the only possible symbol, however large the logits', () => {
    assert.equal(choose([1e30, -1e30], 0.01, 0.7), 0);
  });
  it('refuses logits that are not finite, wherever they are', () => {
    const refused = (logits: number[], temperature: number) =>
      assert.throws(
        () => choose(logits, temperature, 0.5),
        (error) => error instanceof CharrnnError && error.exitCode === 1,
      );
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const temperature of [0, 1]) for (const i of [0, 2]) refused([1, 2, 3].with(i, bad), temperature);
    }
  });
  it('reports the probability of a symbol at temperature 1, whatever it chooses from', () => {
    const chooser = new Chooser(5, { temperature: 0.1, topK: 1 });
    expected(logits, 1, [0, 1, 2, 3, 4]).forEach((probability, i) => {
      assert.ok(Math.abs(chooser.probability(logits, i) - probability) < 1e-14);
    });
    const logs = chooser.logProbabilities(logits);
    assert.ok(Math.abs(Math.exp(logs[1]) - chooser.probability(logits, 1)) < 1e-14);
  });
});

describe('a draw has the frequencies of softmax: chi-squared below its 99.9 % point', () => {
  // At temperature 1 the probabilities are 0.080, 0.022, 0.438, 0.438, 0.003 and 0.018.
  const logits = [0.3, -1, 2, 2, -3, -1.2];
  const all = [0, 1, 2, 3, 4, 5];
  for (const [choice, kept] of [
    [{ temperature: 0.5 }, all],
    [{ temperature: 1 }, all],
    [{ temperature: 2 }, all],
    [{ temperature: 1, topK: 100 }, all],
    [{ temperature: 1, topK: 3 }, [0, 2, 3]],
    [{ temperature: 1, topK: 1 }, [2]],
    [{ temperature: 1, topP: 1 }, all],
    [{ temperature: 1, topP: 0.5 }, [2, 3]],
    [{ temperature: 1, topP: 0.9 }, [0, 2, 3]],
    [{ temperature: 1, topP: 0 }, [2]],
    [{ temperature: 1, minP: 0.1 }, [0, 2, 3]],
    [{ temperature: 1, minP: 1 }, [2, 3]],
    // The temperature comes first: it changes what top-p and min-p see.
    [{ temperature: 3, topP: 0.5 }, [2, 3]],
    [{ temperature: 3, topP: 0.7 }, [0, 2, 3]],
    [{ temperature: 3, minP: 0.3 }, [0, 1, 2, 3, 5]],
    // Of the four largest, which weigh 0.978, a top-p of 0.99 keeps all; of all six, four would not be enough.
    [{ temperature: 1, topK: 4, topP: 0.99 }, [0, 1, 2, 3]],
    [{ temperature: 1, topK: 5, minP: 0.03 }, [0, 1, 2, 3, 5]],
  ] as const) {
    it(JSON.stringify(choice), () => assertDrawn(logits, choice, expected(logits, choice.temperature, kept)));
  }

  it('keeps the first of equal logits', () => {
    assertDrawn([1, 1, 1, 1], { temperature: 1, topK: 2 }, [0.5, 0.5, 0, 0]);
    assertDrawn([1, 1, 1, 1], { temperature: 1, topP: 0.7 }, [1 / 3, 1 / 3, 1 / 3, 0]);
  });
});
