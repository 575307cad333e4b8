import assert from 'node:assert/strict';
import { inspect, statisticsOf } from '../../src/inspection/inspection.js';
import { example, exampleWithoutTraining } from '../checkpoint/example.js';

describe('inspect', () => {
  const checkpoint = example();

  it('counts and measures every parameter', () => {
    const { model, parameters } = inspect(checkpoint, 1000);
    // G·H = 9: layer 0 has (4 + 3)·9 + 2·9, layer 1 (3 + 3)·9 + 2·9, the decoder 3·4 + 4.
    assert.deepEqual(model, { cell: 'gru', layers: 2, hidden: 3, vocabulary: 4, parameters: 81 + 72 + 16 });
    const weights = parameters.find(({ name }) => name === 'decoder.W');
    assert.deepEqual([weights?.shape, weights?.count], [[3, 4], 12]);
    const cosines = Array.from({ length: 12 }, (_, i) => Math.fround(Math.cos(i)));
    assert.equal(weights?.norm, Math.sqrt(cosines.reduce((sum, x) => sum + x * x, 0)));
  });

  it('lists the characters without the unknown symbol', () => {
    assert.deepEqual(inspect(checkpoint, null).vocabulary, { unknown: true, characters: ['\n', 'a', '😂'] });
  });

  it('reports the latest and the best losses, and how far the run has come', () => {
    const { training } = inspect(checkpoint, null);
    assert.deepEqual([training?.loss?.loss, training?.loss?.step], [1.7, 40]);
    assert.deepEqual(training?.best, { step: 40, epoch: 1, loss: 1.5, bitsPerCharacter: 1.5 / Math.LN2 });
    // 1110 of 1234 characters in 5 streams are 221 each: 4 windows of 50.
    assert.equal(training?.epoch, 10);
  });

  it('reports no training for a checkpoint made for sampling alone', () => {
    assert.equal(inspect(exampleWithoutTraining(), null).training, null);
  });

  it('reports no losses for a run that was interrupted before the first entry of its history', () => {
    if (!checkpoint.training) assert.fail();
    const training = { ...checkpoint.training, history: [], bestValidationLoss: null };
    const found = inspect({ ...checkpoint, training }, null).training;
    assert.deepEqual([found?.loss, found?.validationLoss, found?.best], [null, null, null]);
  });
});

describe('statisticsOf', () => {
  it('computes norm, mean, minimum and maximum, with their signs', () => {
    assert.deepEqual(statisticsOf(Float32Array.of(3, -4, 0)), { norm: 5, mean: -1 / 3, min: -4, max: 3 });
  });
});
