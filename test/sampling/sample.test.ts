import assert from 'node:assert/strict';
import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';
import { parameterShapes } from '../../src/model/shape.js';
import { type SampleOptions, sample } from '../../src/sampling/sample.js';

/** A model of one zero layer whose decoder bias alone decides: the last character of the vocabulary is likeliest. */
function biased(characters: string): Checkpoint {
  const codePoints = [...characters].map((character) => character.codePointAt(0) ?? 0);
  const model = { cell: 'gru', layers: 1, hidden: 2, vocabulary: codePoints.length } as const;
  const parameters = parameterShapes(model).map(({ name, shape }) => {
    const values = new Float32Array(shape.reduce((size, length) => size * length));
    if (name === 'decoder.b') values.set([...codePoints.keys()]);
    return { name, shape, values };
  });
  return { model, vocabulary: { codePoints, unknown: false }, parameters };
}

async function text(checkpoint: Checkpoint, changes: Partial<SampleOptions> = {}): Promise<string> {
  let all = '';
  const options = { length: 20, temperature: 1, prime: '', seed: 1, ...changes };
  for await (const character of sample(checkpoint, options)) all += character;
  return all;
}

describe('sample', () => {
  it('writes as many characters as asked for, whole code points', async () => {
    assert.equal([...(await text(biased('ab😀')))].length, 20);
    assert.equal(await text(biased('ab😀'), { length: 0 }), '');
  });
  it('takes the likeliest every time at temperature 0', async () => {
    assert.equal(await text(biased('\nab😀'), { temperature: 0, length: 3 }), '😀😀😀');
  });
  it('is a function of the seed', async () => {
    const model = biased('\nabcdef');
    assert.equal(await text(model), await text(model));
    assert.notEqual(await text(model), await text(model, { seed: 2 }));
  });
  it('does not repeat the prime', async () => {
    assert.equal(await text(biased('ab'), { prime: 'aa', temperature: 0, length: 2 }), 'bb');
  });
  it('refuses a prime with a character that the model does not know, with its place', async () => {
    await assert.rejects(text(biased('ab'), { prime: 'abxb' }), /character 3, "x" \(U\+0078\), is not among the 2/);
  });
});
