import assert from 'node:assert/strict';
import { readPrime, resultOf } from '../../src/sampling/prime.js';
import { Sampler } from '../../src/sampling/sampler.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { random } from './models.js';

describe('a prime', () => {
  for (const cell of ['lstm', 'gru', 'rnn'] as const) {
    it(`that is long is read in chunks with the bits of one character at a time (${cell})`, () => {
      const { model, vocabulary: record, parameters } = random('\nabcd', cell);
      const source = (name: string) => parameters.find((array) => array.name === name)?.values ?? [];
      const vocabulary = new Vocabulary(record);
      const prime = Array.from({ length: 2000 }, (_, i) => 'abcd\n'[(i * i) % 5]).join('');
      const slow = new Sampler(model, source);
      for (const symbol of vocabulary.encode(prime)) slow.read(symbol);
      const start = resultOf(readPrime(new Sampler(model, source), source, vocabulary, { prime }));
      assert.deepEqual(start, { memory: slow.remember(0), logits: slow.next });
    });
  }
  it('that is empty is a line feed, or nothing where the model knows none', () => {
    for (const [characters, read] of [
      ['\nab', [0]],
      ['ab', []],
    ] as const) {
      const { model, vocabulary, parameters } = random(characters);
      const source = (name: string) => parameters.find((array) => array.name === name)?.values ?? [];
      const expected = new Sampler(model, source);
      for (const symbol of read) expected.read(symbol);
      const found = resultOf(readPrime(new Sampler(model, source), source, new Vocabulary(vocabulary), { prime: '' }));
      assert.deepEqual(found.logits, expected.next);
    }
  });
});
