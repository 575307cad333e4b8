import assert from 'node:assert/strict';
import { initialise } from '../../src/model/parameters.js';
import { type CellName, cells } from '../../src/options/training-options.js';
import { randomBits } from '../../src/random.js';
import { Engine } from '../../src/training/engine.js';
import { type Changes, configOf } from '../training-config.js';

const V = 13;
const tokens = new Uint8Array(new SharedArrayBuffer(900));
for (let i = 0; i < tokens.length; i++) tokens[i] = randomBits([1, 2], i) % V;

/** Trains for 30 steps. @returns weights, states, losses and validation loss */
async function trained(threads: number, cell: CellName, changes: Changes = {}) {
  const sizes = { batch: 5, sequence: 7, dropout: 0.2, learningRate: 0.01 };
  const config = configOf({ cell, ...sizes, ...changes });
  const shape = { cell, layers: 2, hidden: 20, vocabulary: V };
  const material = { kind: 'text', training: tokens.subarray(0, 800), validation: tokens.subarray(800) } as const;
  const engine = await Engine.start({ threads, backend: 'wasm', shape, config, material });
  try {
    const { model } = engine.layout;
    initialise(model.weights, engine.kernels, 1);
    const losses: number[] = [];
    // More steps than an epoch has, so that the streams wrap around.
    const request = { first: 1, last: 30, totalSteps: 30, totalSeconds: null, seconds: 0 };
    await engine.run(request, ({ loss }) => losses.push(loss));
    assert.ok(losses.length === request.last && losses.every(Number.isFinite), losses.join(' '));
    const validationLoss = await engine.validate();
    assert.ok(Number.isFinite(validationLoss), `${validationLoss}`);
    const states = model.states.map(({ initial }) => engine.kernels.read(initial));
    return { weights: engine.kernels.read(model.weights.block), states, losses, validationLoss };
  } finally {
    await engine.close();
  }
}

/** An idle engine with one layer that trains on `training` and validates on all tokens. */
function engineOf(threads: number, cell: CellName, training = tokens): Promise<Engine> {
  const config = configOf({ batch: 5, sequence: 7 });
  const shape = { cell, layers: 1, hidden: 20, vocabulary: V };
  const material = { kind: 'text', training, validation: tokens } as const;
  return Engine.start({ threads, backend: 'wasm', shape, config, material });
}

describe('Engine', () => {
  for (const cell of cells) {
    it(`computes the same bits with 1, 2, 3, 5 and 8 threads (${cell}, N = 5, dropout)`, async () => {
      const alone = await trained(1, cell);
      assert.ok(alone.losses.at(-1) !== alone.losses[0]);
      for (const threads of [2, 3, 5, 8]) assert.deepEqual(await trained(threads, cell), alone, `${threads} threads`);
    });
  }

  it('computes the same bits with a batch size of 1', async () => {
    const sizes = { batch: 1, sequence: 25 };
    assert.deepEqual(await trained(3, 'rnn', sizes), await trained(1, 'rnn', sizes));
  });

  it('stops after a step on request', async () => {
    const engine = await engineOf(2, 'gru');
    try {
      initialise(engine.layout.model.weights, engine.kernels, 1);
      let steps = 0;
      const request = { first: 1, last: 1e9, totalSteps: null, totalSeconds: null, seconds: 0 };
      await engine.run(request, ({ step }) => {
        steps = step;
        if (step === 10) engine.interrupt();
      });
      assert.ok(steps >= 10 && steps < 1e6, `${steps}`);
    } finally {
      await engine.close();
    }
  });

  it('stops at a loss of NaN and leaves the weights unchanged', async () => {
    const engine = await engineOf(2, 'lstm');
    try {
      const { model } = engine.layout;
      initialise(model.weights, engine.kernels, 1);
      const bias = model.weights.get('decoder.b');
      engine.kernels.write(bias, new Float32Array(V).fill(Number.NaN));
      const before = engine.kernels.read(model.weights.get('layer0.Wh'));
      const losses: number[] = [];
      const request = { first: 1, last: 100, totalSteps: 100, totalSeconds: null, seconds: 0 };
      await engine.run(request, ({ loss }) => losses.push(loss));
      assert.deepEqual(losses, [Number.NaN]);
      assert.deepEqual(engine.kernels.read(model.weights.get('layer0.Wh')), before);
    } finally {
      await engine.close();
    }
  });

  it('fails with one error, without hanging, when the workers cannot start', async () => {
    const training = tokens.subarray(0, 10); // too short for the batch: the program refuses it
    await assert.rejects(engineOf(3, 'lstm', training), /5 streams in windows of 7/);
  });
});
