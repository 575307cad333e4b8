// The last gigabytes of a WebAssembly memory, where addresses exceed 2³¹.

import assert from 'node:assert/strict';
import { CharrnnError } from '../../src/errors.js';
import { wasm } from '../../src/kernels/backend.js';
import type { Kernels } from '../../src/kernels/kernels.js';
import { Plan } from '../../src/kernels/plan.js';
import { LARGEST_MEMORY, memoryBytes } from '../../src/kernels/wasm.js';
import { LanguageModel } from '../../src/model/network.js';
import { initialise } from '../../src/model/parameters.js';
import { type CellName, cells } from '../../src/options/training-options.js';
import { alone } from '../../src/parallel/team.js';
import { Sampler } from '../../src/sampling/sampler.js';
import { Optimizer } from '../../src/training/optimizer.js';
import { type TrainingLayout, TrainingProgram } from '../../src/training/step.js';
import { configOf } from '../training-config.js';

const sizes = { dropout: 0.2, batch: 5, sequence: 7 };
const config = configOf(sizes);
const tokens = Uint8Array.from({ length: 300 }, (_, i) => (i * i) % 17);

function layOut(cell: CellName, elementsBefore: number): TrainingLayout {
  const plan = new Plan();
  plan.tensor('never touched', elementsBefore);
  const shape = { cell, layers: 2, hidden: 20, vocabulary: 17 };
  const model = new LanguageModel(plan, wasm, shape, { ...sizes, training: true });
  const optimizer = new Optimizer(plan, model, config.optimizer);
  return {
    backend: wasm,
    team: alone,
    plan,
    model,
    optimizer,
    evaluated: model.weights,
    savedStates: [],
    wholeStates: [],
    shared: undefined,
  };
}

/** The weights after three steps. */
function trained(layout: TrainingLayout, kernels: Kernels): ArrayLike<number> {
  initialise(layout.model.weights, kernels, 1);
  const program = new TrainingProgram(
    layout,
    config,
    { kind: 'text', training: tokens, validation: tokens.subarray(0, 0) },
    {
      ...alone,
      kernels,
      scratch: layout.model.scratchOf(alone),
    },
  );
  for (let step = 1; step <= 3; step++) assert.ok(Number.isFinite(program.step(step, 0).loss));
  return kernels.read(layout.model.weights.block);
}

describe('a model at the end of 4 GiB', () => {
  for (const cell of cells) {
    it(`computes the same bits as one at the start (${cell})`, function () {
      const near = layOut(cell, 0);
      const far = layOut(cell, Math.floor((LARGEST_MEMORY - memoryBytes(near.plan)) / 4 / 16 - 1) * 16);
      const rest = LARGEST_MEMORY - memoryBytes(far.plan);
      assert.ok(rest >= 0 && rest < 4096, `${rest} bytes are left`);
      let kernels: Kernels;
      try {
        kernels = wasm.create(far.plan);
      } catch (error) {
        // The system refuses a process that much, although only a few pages are touched.
        assert.ok(error instanceof CharrnnError, String(error));
        return this.skip();
      }
      assert.deepEqual(trained(far, kernels), trained(near, wasm.create(near.plan)));
    });
  }

  it('is the largest: a sampler for a larger one is refused before any parameter is read', () => {
    const shape = { cell: 'lstm', layers: 2, hidden: 16384, vocabulary: 100 } as const;
    const message = /^the model needs 24\.1 GiB, WebAssembly offers 4\.0 GiB; use a smaller one$/;
    assert.throws(() => new Sampler(shape, () => assert.fail('a parameter was read')), {
      name: 'CharrnnError',
      message,
    });
  });
});
