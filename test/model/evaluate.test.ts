import assert from 'node:assert/strict';
import { wasm } from '../../src/kernels/backend.js';
import { Plan } from '../../src/kernels/plan.js';
import { evaluate } from '../../src/model/evaluate.js';
import { LanguageModel } from '../../src/model/network.js';
import { initialise } from '../../src/model/parameters.js';
import { WARM_UP } from '../../src/model/text-parts.js';
import { alone } from '../../src/parallel/team.js';
import { randomBits } from '../../src/random.js';

const V = 11;
const text = Uint8Array.from({ length: 1500 }, (_, i) => randomBits([3, 4], i) % V);

function loss(batch: number, sequence: number, length = text.length) {
  const plan = new Plan();
  const shape = { cell: 'lstm', layers: 2, hidden: 9, vocabulary: V } as const;
  const model = new LanguageModel(plan, wasm, shape, { batch, sequence, dropout: 0.5, training: true });
  const kernels = wasm.create(plan);
  initialise(model.weights, kernels, 1);
  return evaluate(model, { ...alone, kernels, scratch: model.scratchOf(alone) }, text.subarray(0, length));
}

describe('evaluate', () => {
  it('counts every character except the first exactly once', () => {
    for (const [batch, sequence] of [
      [1, 10],
      [7, 13],
      [50, 50],
    ]) {
      assert.equal(loss(batch, sequence).predictions, text.length - 1);
    }
  });
  it('does not depend on the sequence length', () => {
    assert.equal(loss(1, 7).loss, loss(1, 1000).loss);
  });
  it(`agrees with a single stream within 1e-6 when many are warmed up over ${WARM_UP} characters`, () => {
    const one = loss(1, 10).loss;
    for (const batch of [2, 7, 50]) assert.ok(Math.abs(loss(batch, 13).loss - one) < 1e-6, `${batch} streams`);
  });
  it('reads a text with fewer characters than streams', () => {
    const one = loss(1, 10, 4);
    assert.equal(one.predictions, 3);
    assert.ok(Math.abs(loss(50, 50, 4).loss - one.loss) < 1e-6);
  });
});
