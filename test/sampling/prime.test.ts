import assert from 'node:assert/strict';
import { type SharedBackend, wasm } from '../../src/kernels/backend.js';
import { readPrime, resultOf } from '../../src/sampling/prime.js';
import { Sampler } from '../../src/sampling/sampler.js';
import { Vocabulary } from '../../src/text/vocabulary.js';
import { random, sourceOf } from './models.js';

describe('a prime', () => {
  for (const cell of ['lstm', 'gru', 'rnn'] as const) {
    it(`is read in chunks, if long, to the same bits as one character at a time (${cell})`, () => {
      const { model, vocabulary: record, parameters } = random('\nabcd', cell);
      const source = sourceOf({ parameters });
      const vocabulary = new Vocabulary(record);
      // Including lengths that chunks divide evenly.
      for (const length of [2000, 1023, 1024, 1025, 1088, 1152, 2048]) {
        const prime = Array.from({ length }, (_, i) => 'abcd\n'[(i * i) % 5]).join('');
        const slow = new Sampler(model, source);
        for (const symbol of vocabulary.encode(prime)) slow.read(symbol);
        const start = resultOf(readPrime(new Sampler(model, source), source, vocabulary, { prime }));
        assert.deepEqual(start, { memory: slow.remember(0), logits: slow.next }, `${length} characters`);
        assert.ok(start.logits.some((logit) => logit !== 0));
      }
    });
  }
  it('is read by the requested backend, if long', () => {
    const { model, vocabulary: record, parameters } = random('\nabcd');
    const source = sourceOf({ parameters });
    let made = 0;
    const attach: SharedBackend['attach'] = (memory) => {
      made++;
      return wasm.attach(memory);
    };
    const backend: SharedBackend = { ...wasm, attach, brief: () => backend };
    const request = { prime: 'abcd'.repeat(300), backend };
    resultOf(readPrime(new Sampler(model, source), source, new Vocabulary(record), request));
    assert.equal(made, 1);
  });

  it('is a line feed if empty, or nothing if the model knows none', () => {
    for (const [characters, read] of [
      ['\nab', [0]],
      ['ab', []],
    ] as const) {
      const { model, vocabulary, parameters } = random(characters);
      const source = sourceOf({ parameters });
      const expected = new Sampler(model, source);
      for (const symbol of read) expected.read(symbol);
      const found = resultOf(readPrime(new Sampler(model, source), source, new Vocabulary(vocabulary), { prime: '' }));
      assert.deepEqual(found.logits, expected.next);
    }
  });
});
