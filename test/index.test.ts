// What the library refuses: a program without types can pass any value.

import assert from 'node:assert/strict';
import { evaluate, gradcheck, sample, score } from '../src/index.js';
import { example } from './checkpoint/example.js';

describe('the library', () => {
  const checkpoint = example();
  const usage = (message: string) => ({ name: 'CharrnnError', exitCode: 2, message });

  for (const [request, message] of [
    [{ temperature: -1 }, 'temperature -1: must be from 0 to 100'],
    [{ length: 1.5 }, 'length 1.5: must be a whole number'],
    [{ topP: 2 }, 'topP 2: must be from 0 to 1'],
    [{ seed: Number.NaN }, 'seed NaN: must be from 0 to 4294967295'],
    [{ backend: 'gpu' }, 'backend gpu: must be one of auto, wasm, fused, blas'],
  ] as const) {
    it(`refuses to sample with ${message}`, async () => {
      await assert.rejects(sample(checkpoint, request as object).next(), usage(message));
    });
  }

  it('samples with options that are functions or choices', async () => {
    let text = '';
    const request = { length: 3, count: 1, unknown: 'skip', novel: () => true } as const;
    for await (const character of sample(checkpoint, { ...request, seed: 1 } as object)) text += character;
    assert.equal([...text].length, 3);
  });

  it('refuses to measure or score with options out of range', async () => {
    await assert.rejects(evaluate(checkpoint, '-', { warmUp: -1 }), usage('warmUp -1: must be at least 0'));
    const dynamic = { rate: 7 };
    await assert.rejects(evaluate(checkpoint, '-', { dynamic }), usage('dynamicRate 7: must be from 0 to 1'));
    await assert.rejects(score(checkpoint, ['a'], { threads: 0 }).next(), usage('threads 0: must be from 1 to 256'));
    assert.throws(() => gradcheck({ hidden: 65 }), usage('hidden 65: must be from 1 to 64'));
  });
});
