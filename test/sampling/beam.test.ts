import assert from 'node:assert/strict';
import type { Piece } from '../../src/sampling/pieces.js';
import { type DrawOptions, drawPieces } from '../../src/sampling/sample.js';
import { Sampler } from '../../src/sampling/sampler.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { random, sourceOf } from './models.js';

const characters = '\nabc';
const checkpoint = random(characters);

/** ln of the probability of a text after the prime, character by character. */
function score(prime: string, text: string): number {
  const sampler = new Sampler(checkpoint.model, sourceOf(checkpoint));
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  for (const symbol of vocabulary.encode(prime)) sampler.read(symbol);
  let sum = 0;
  for (const symbol of vocabulary.encode(text)) {
    const weights = Array.from(sampler.next, Math.exp);
    sum += Math.log(weights[symbol] / weights.reduce((a, b) => a + b));
    sampler.read(symbol);
  }
  return sum;
}

/** All texts of this length. */
const all = (length: number): string[] =>
  length === 0 ? [''] : all(length - 1).flatMap((text) => Array.from(characters, (c) => text + c));

function found(options: Partial<DrawOptions>): Piece {
  const pieces = [...drawPieces(checkpoint, { temperature: 1, seed: 1, prime: 'ab', ...options })];
  const ended = pieces.filter(({ end }) => end !== undefined);
  assert.equal(ended.length, 1);
  return ended[0];
}

const likeliest = (texts: readonly string[]): string =>
  texts.map((text) => ({ text, score: score('ab', text) })).sort((a, b) => b.score - a.score)[0].text;

describe('the beam search', () => {
  it('finds the likeliest of all texts when it keeps them all', () => {
    assert.equal(found({ beam: 256, length: 5 }).text, likeliest(all(5)));
  });
  it('finds the likeliest line, of any length', () => {
    const lines = [1, 2, 3, 4, 5]
      .flatMap(all)
      .filter((text) => text.indexOf('\n') === text.length - 1 || (text.length === 5 && !text.includes('\n')));
    assert.equal(found({ beam: 500, length: 5, lines: 1 }).text, likeliest(lines));
  });
  it('ends before a stop', () => {
    const plain = found({ beam: 3, length: 8 }).text;
    const stop = plain.slice(3, 5);
    const { text, end } = found({ beam: 500, length: 8, stop: [stop] });
    assert.ok(!text.includes(stop), text);
    // No text of eight characters without the stop is as likely as a short one before it.
    const before = ['', ...[1, 2, 3].flatMap(all)].filter((prefix) => (prefix + stop).indexOf(stop) === prefix.length);
    assert.equal(end, 'stop');
    assert.equal(text + stop, likeliest(before.map((prefix) => prefix + stop)));
  });
  it('of width 1 takes the likeliest character each time', () => {
    const greedy = [...drawPieces(checkpoint, { temperature: 0, seed: 1, prime: 'ab', length: 30 })];
    assert.equal(found({ beam: 1, length: 30 }).text, greedy.map(({ text }) => text).join(''));
  });
  it('reports the probability of each character', () => {
    const { text, probabilities } = found({ beam: 8, length: 20 });
    assert.deepEqual([text.length, probabilities.length], [20, 20]);
    const sum = probabilities.reduce((sum, probability) => sum + Math.log(probability), 0);
    assert.ok(Math.abs(sum - score('ab', text)) < 1e-4);
  });
  it('finds an empty text for length 0', () => assert.equal(found({ beam: 4, length: 0 }).text, ''));
});
