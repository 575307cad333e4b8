// What the library refuses: a program without types can pass any value.

import assert from 'node:assert/strict';
import { evaluate, findUnits, gradcheck, sample, score, traceUnits } from '../src/index.js';
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

  it('finds and traces units, and refuses those that there are not', async () => {
    const { characters, properties } = await findUnits(checkpoint, 'a\na😂Z'.repeat(100), { property: ['column'] });
    assert.deepEqual(
      [characters, properties.map(({ property, units }) => [property, units.length])],
      [500, [['column', 1]]],
    );
    const rows: { character: string; values: Float32Array }[] = [];
    for await (const row of traceUnits(checkpoint, 'a😂', { units: ['1:h:2', '0:z:0'] })) rows.push(row);
    assert.deepEqual(
      rows.map(({ character, values }) => [character, values.length]),
      [
        ['a', 2],
        ['😂', 2],
      ],
    );
    await assert.rejects(
      traceUnits(checkpoint, 'a', { layer: 2 }).next(),
      usage('layer: layer 2: the model has 2 layers, counted from 0; choose one of them'),
    );
    await assert.rejects(findUnits(checkpoint, 'a', { property: ['x'] } as object), {
      name: 'CharrnnError',
      exitCode: 2,
    });
  });
});
