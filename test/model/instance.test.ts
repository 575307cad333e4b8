import assert from 'node:assert/strict';
import { wasm } from '../../src/kernels/backend.js';
import { attach, create, forReading, type Instance, layOut, sharedMemory } from '../../src/model/instance.js';
import { initialise } from '../../src/model/parameters.js';
import type { ModelShape } from '../../src/model/shape.js';
import { cells } from '../../src/options/training-options.js';
import { alone, type Team } from '../../src/parallel/team.js';

const settings = forReading({ batch: 5, sequence: 4 });
const symbols = Int32Array.from({ length: 20 }, (_, i) => (i * i) % 7);

/** Runs one member of a team over a sequence. */
function read({ model, worker, kernels }: Instance): void {
  kernels.writeIndices(model.inputs, symbols);
  model.prepare(worker, undefined);
  model.forward(worker, undefined);
  model.decode(worker, undefined);
}

describe('an instance of a model', () => {
  for (const cell of cells) {
    it(`computes the same logits alone, from copied weights and as a team (${cell})`, () => {
      const shape: ModelShape = { cell, layers: 2, hidden: 6, vocabulary: 7 };
      const single = create(layOut({ backend: wasm, shape, settings }));
      initialise(single.model.weights, single.kernels, 3);
      read(single);
      const weights = single.model.weights.tensors.map((x) => ({ name: x.name, values: single.kernels.read(x) }));
      const expected = single.kernels.read(single.model.logits);
      assert.ok(expected.some((value) => value !== 0));

      const copy = create(layOut({ backend: wasm, shape, settings }), weights);
      read(copy);
      assert.deepEqual(copy.kernels.read(copy.model.logits), expected);

      const layout = (team: Team) => layOut({ backend: wasm, shape, settings, team });
      const memory = sharedMemory(layout({ ...alone, size: 2 }), weights);
      const members = [0, 1].map((rank) => {
        const team = layout({ ...alone, rank, size: 2 });
        return attach(team, memory);
      });
      // The members run in turn, so everything they share is prepared first.
      for (const { model, worker } of members) model.prepare(worker, undefined);
      for (const { model, worker, kernels } of members) {
        kernels.writeIndices(model.inputs, symbols);
        model.forward(worker, undefined);
        model.decode(worker, undefined);
      }
      assert.deepEqual(members[0].kernels.read(members[0].model.logits), expected);
    });
  }

  it('allocates memory for tensors that its user added to the plan', () => {
    const shape: ModelShape = { cell: 'rnn', layers: 1, hidden: 3, vocabulary: 4 };
    const layout = layOut({ backend: wasm, shape, settings });
    const own = layout.plan.tensor('own', 50_000);
    const { kernels } = create(layout);
    kernels.write(own, new Float32Array(own.size).fill(2));
    assert.equal(kernels.sum(own), 100_000);
  });
});
