import assert from 'node:assert/strict';
import { textOf } from '../../src/errors.js';
import { reference } from '../../src/kernels/backend.js';
import { Plan } from '../../src/kernels/plan.js';
import { divergence, ExplosionWatch, firstNotFinite } from '../../src/training/divergence.js';

const result = { step: 7, loss: Number.NaN, learningRate: 1, gradientNorm: 1 };
const remedy = 'lower learningRate, or give clipNorm 5 if it is 0';
const nothing = { last: undefined, tensor: undefined, saved: undefined };

describe('divergence', () => {
  it('names the step, the value, the last finite loss and the remedy', () => {
    const { message } = divergence(result, { ...nothing, last: { ...result, step: 6, loss: 2.5 } });
    assert.equal(message, `step 7: the loss is NaN (the last finite loss was 2.500); ${remedy}`);
  });

  it('says what was saved', () => {
    const { message } = divergence(result, { ...nothing, saved: { path: 'm.json', step: 5 } });
    assert.equal(message, `step 7: the loss is NaN; ${remedy}; m.json holds step 5`);
  });

  it('names the tensor whose gradient is not finite', () => {
    const infinite = { ...result, loss: 3, gradientNorm: Number.POSITIVE_INFINITY };
    const { message } = divergence(infinite, { ...nothing, tensor: 'dlayer0.Wh' });
    assert.equal(message, `step 7: the norm of the gradient of dlayer0.Wh is Infinity; ${remedy}`);
  });
});

describe('firstNotFinite', () => {
  it('returns the first tensor with a number that is not finite', () => {
    const plan = new Plan();
    const tensors = ['a', 'b', 'c'].map((name) => plan.tensor(name, 3));
    const kernels = reference('float32').create(plan);
    assert.equal(firstNotFinite(kernels, tensors), undefined);
    kernels.write(tensors[1], [1, Number.NEGATIVE_INFINITY, 2]);
    kernels.write(tensors[2], [Number.NaN, 0, 0]);
    assert.equal(firstNotFinite(kernels, tensors), 'b');
  });
});

describe('ExplosionWatch', () => {
  it('warns once, when the loss exceeds twice the first', () => {
    const watch = new ExplosionWatch();
    const losses = [4, 3, 8, 8.5, 9];
    const warnings = losses.map((loss, i) => {
      const warning = watch.check({ ...result, step: i + 1, loss });
      return warning && textOf(warning);
    });
    assert.deepEqual(warnings, [
      ...[undefined, undefined, undefined],
      'step 4: the loss is 8.500, far above the 4.000 it began with; lower learningRate',
      undefined,
    ]);
  });
});
