import assert from 'node:assert/strict';
import { wasm } from '../../src/kernels/backend.js';
import { Plan } from '../../src/kernels/plan.js';
import { LanguageModel } from '../../src/model/network.js';
import { alone } from '../../src/parallel/team.js';
import { Optimizer, updateRule } from '../../src/training/optimizer.js';
import { type Changes, configOf } from '../training-config.js';

/** Updates a model once: all weights are 1, and every component of the gradient is `gradient`. */
function updated(gradient: number, changes: Changes) {
  const config = configOf({ optimizer: 'sgd', momentum: 0, ...changes });
  const plan = new Plan();
  const shape = { cell: 'rnn', layers: 1, hidden: 3, vocabulary: 5 } as const;
  const model = new LanguageModel(plan, wasm, shape, { batch: 1, sequence: 2, dropout: 0, training: true });
  const optimizer = new Optimizer(plan, model, config.optimizer);
  const kernels = wasm.create(plan);
  const worker = { ...alone, kernels, scratch: model.scratchOf(alone) };
  for (const w of model.weights.tensors) {
    kernels.write(w, new Float32Array(w.size).fill(1));
    const dw = model.gradients?.get(w.name);
    if (dw) kernels.write(dw, new Float32Array(w.size).fill(gradient));
  }
  optimizer.sumSquares(worker);
  const norm = optimizer.norm(worker);
  optimizer.update(worker, 1, 0.1, norm);
  const size = model.weights.tensors.reduce((sum, w) => sum + w.size, 0);
  return { norm, size, weight: kernels.read(model.weights.get('decoder.W'))[0] };
}
const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-6, `${actual}`);

describe('Optimizer', () => {
  it('takes the norm over all parameters', () => {
    const { norm, size } = updated(2, {});
    near(norm / Math.sqrt(size), 2);
  });
  it('clips by the global norm, but only above the bound', () => {
    const { size, weight } = updated(2, { clipNorm: 1 });
    near(weight, 1 - 0.1 / Math.sqrt(size));
    near(updated(2, { clipNorm: 1000 }).weight, 0.8);
  });
  it('clips as soon as the norm exceeds the bound', () => {
    const { norm } = updated(2, {});
    near(updated(2, { clipNorm: norm / 1.01 }).weight, 1 - 0.2 / 1.01);
    near(updated(2, { clipNorm: norm / 1.5 }).weight, 1 - 0.2 / 1.5);
    near(updated(2, { clipNorm: norm / 1.99 }).weight, 1 - 0.2 / 1.99);
    near(updated(2, { clipNorm: norm * 1.01 }).weight, 0.8);
  });
  it('clips each component by value, in both directions', () => {
    const off = { clipNorm: 0 };
    near(updated(2, { ...off, clipValue: 0.5 }).weight, 0.95);
    near(updated(-2, { ...off, clipValue: 0.5 }).weight, 1.05);
    near(updated(2, { ...off, clipValue: 0 }).weight, 0.8);
  });
  it('clips by norm first, then by value', () => {
    const { norm } = updated(2, {});
    // The norm turns 2 into 1, and the value turns 1 into 0.75; in the other order the result would be 0.375.
    near(updated(2, { clipNorm: norm / 2, clipValue: 0.75 }).weight, 0.925);
    // The norm turns -2 into -0.5, which is small enough.
    near(updated(-2, { clipNorm: norm / 4, clipValue: 0.75 }).weight, 1.05);
  });
  it('decays weights only with adamw, by learning rate times weight decay', () => {
    const off = { clipNorm: 0, weightDecay: 0.5 };
    near(updated(0, { ...off, optimizer: 'adamw' }).weight, 0.95);
    near(updated(0, { ...off, optimizer: 'adam' }).weight, 1);
  });
  it('takes a first step as large as the learning rate with adam', () => {
    near(updated(0.001, { clipNorm: 0, optimizer: 'adam' }).weight, 0.9);
  });
});

describe('updateRule', () => {
  it("uses each optimizer's own decays", () => {
    const { optimizer: config } = configOf({ momentum: 0.7, alpha: 0.8 });
    assert.equal(updateRule({ ...config, name: 'sgd' }, 3, 1).beta1, 0.7);
    assert.equal(updateRule({ ...config, name: 'rmsprop' }, 3, 1).beta2, 0.8);
    near(updateRule({ ...config, name: 'adam' }, 3, 1).correction1, 1 - 0.9 ** 3);
    near(updateRule({ ...config, name: 'adam' }, 3, 1).correction2, 1 - 0.999 ** 3);
  });
});
