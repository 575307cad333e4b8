import assert from 'node:assert/strict';
import { Network } from '../../src/gradcheck/fixed-network.js';
import { reference, wasm } from '../../src/kernels/backend.js';
import type { ModelShape, Task } from '../../src/model/shape.js';
import { cells } from '../../src/options/training-options.js';
import type { Examples, Texts } from '../../src/text/examples.js';
import { tasksInPyTorch } from './task-parity-constants.js';

const [V, H, L, F] = [7, 5, 2, 4];
const labels = ['a', 'b', 'c'];
const reads = [[1, 4, 2, 6], [3, 0], [5, 5, 1, 2, 0], [6]];
const writes = [
  [2, 3, 0],
  [1, 5, 4, 0],
  [6, 0],
  [4, 4, 2, 3, 0],
];

const endsOf = (lists: readonly (readonly number[])[]): Uint32Array => {
  let end = 0;
  return Uint32Array.from(lists, ({ length }) => {
    end += length;
    return end;
  });
};
const texts = (lists: readonly (readonly number[])[]): Texts => ({
  tokens: Uint8Array.from(lists.flat()),
  ends: endsOf(lists),
});
const frames = {
  values: Float32Array.from(
    reads.flatMap(({ length }, n) => Array.from({ length: length * F }, (_, i) => Math.cos(0.3 * i + n))),
  ),
  width: F,
  ends: endsOf(reads),
};
const vectors = Float32Array.from(reads.flatMap((_, n) => Array.from({ length: F }, (_, i) => Math.sin(i + n))));

const tasks: Readonly<Record<string, Task>> = {
  label: { name: 'label', labels },
  'label vectors': { name: 'label', labels, features: F },
  describe: { name: 'describe', labels },
  'describe vectors': { name: 'describe', features: F },
  translate: { name: 'translate' },
  'translate vectors': { name: 'translate', features: F },
};

/** The examples as a task has them. */
const examplesOf = ({ name, features }: Task): Examples => ({
  count: reads.length,
  read: name === 'describe' || features ? undefined : texts(reads),
  frames: name !== 'describe' && features ? frames : undefined,
  written: name === 'label' ? undefined : texts(writes),
  labels: Int32Array.of(2, 0, 1, 2),
  vectors: name === 'describe' && features ? vectors : undefined,
});

describe('a batch of examples of uneven length', () => {
  for (const [backend, tolerance] of [
    [wasm, 2e-6],
    [reference('float64'), 2e-7], // the vectors are float32 here and float64 there
  ] as const) {
    for (const cell of cells) {
      for (const [title, task] of Object.entries(tasks)) {
        it(`matches PyTorch within ${tolerance}: ${title}, ${cell}, ${backend.name}`, () => {
          const shape: ModelShape = { cell, layers: L, hidden: H, vocabulary: V, task };
          const network = new Network(backend, shape, { batch: 5, sequence: 6, dropout: 0, seed: 1 });
          network.variables.forEach(({ value }, p) => {
            const wave = p % 2 === 0 ? Math.cos : Math.sin;
            network.kernels.write(
              value,
              Float32Array.from({ length: value.size }, (_, i) => 0.5 * wave(0.7 * i + p)),
            );
          });
          network.setExamples(examplesOf(task));
          const expected = tasksInPyTorch[`${cell} ${title}`];
          assert.ok(Math.abs(network.lossAndGradients() - expected.loss) < tolerance, 'loss');
          assert.equal(network.variables.length, expected.gradients.length);
          network.variables.forEach(({ name, gradient }, p) => {
            const values = Array.from(network.kernels.read(gradient));
            const wave = values.reduce((sum, g, i) => sum + g * Math.cos(i), 0);
            const error = Math.abs(wave - expected.gradients[p]);
            assert.ok(error < tolerance, `${name}: ${wave}, PyTorch has ${expected.gradients[p]}`);
          });
        });
      }
    }
  }
});
