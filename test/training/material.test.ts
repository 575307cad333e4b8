import assert from 'node:assert/strict';
import { charactersPerStep, stepsOf, validationBatches, withLessValidation } from '../../src/training/material.js';
import { configOf } from '../training-config.js';

describe('material', () => {
  const texts = (...lengths: readonly number[]) => {
    let end = 0;
    const ends = Uint32Array.from(lengths, (length) => {
      end += length;
      return end;
    });
    return { tokens: new Uint8Array(end), ends };
  };
  const examples = {
    ...{ count: 5, labels: undefined, vectors: undefined },
    read: texts(3, 1, 4, 1, 5),
    written: texts(2, 7, 1, 8, 2),
  };
  const material = {
    ...({ kind: 'examples', examples, factors: undefined } as const),
    training: Int32Array.of(0, 2, 4),
    validation: Int32Array.of(1, 3),
  };
  const { data } = configOf({ batch: 2, sequence: 7 });

  it('of examples is counted in examples, and in the characters that they read and write', () => {
    assert.equal(stepsOf(material, data), 2);
    assert.equal(charactersPerStep(material, data), (3 + 2 + 4 + 1 + 5 + 2) / 2);
    assert.equal(validationBatches(material, data), 1);
    assert.deepEqual(
      [...withLessValidation({ ...material, validation: Int32Array.of(1, 3, 0) }, 1, data).validation],
      [1, 3],
    );
  });

  it('of a text is counted in windows', () => {
    const text = { kind: 'text', training: new Uint8Array(60), validation: new Uint8Array(31) } as const;
    assert.equal(stepsOf(text, data), 4);
    assert.equal(charactersPerStep(text, data), 14);
    assert.equal(withLessValidation(text, 2, data).validation.length, 28);
  });
});
