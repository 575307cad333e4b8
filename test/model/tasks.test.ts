import assert from 'node:assert/strict';
import { Network, randomExamples } from '../../src/gradcheck/fixed-network.js';
import { checkGradients } from '../../src/gradcheck/gradcheck.js';
import { reference, wasm } from '../../src/kernels/backend.js';
import { rows } from '../../src/kernels/plan.js';
import type { ModelShape, Task } from '../../src/model/shape.js';
import { cells } from '../../src/options/training-options.js';
import { byLength } from '../../src/text/buckets.js';
import type { Examples } from '../../src/text/examples.js';

const labels = ['a', 'b', 'c', 'd'];
const tasks: readonly Task[] = [
  { name: 'label', labels },
  { name: 'label', labels, features: 5 },
  { name: 'describe', labels },
  { name: 'describe', features: 5 },
  { name: 'translate' },
  { name: 'translate', isSourceReversed: true },
  { name: 'translate', features: 5 },
];
const titleOf = ({ name, features, isSourceReversed }: Task): string =>
  name + (features ? ' of vectors' : '') + (isSourceReversed ? ', reversed' : '');

/** The gradients of all parameters by name. */
const gradientsOf = (network: Network): Record<string, ArrayLike<number>> =>
  Object.fromEntries(network.variables.map(({ name, gradient }) => [name, Array.from(network.kernels.read(gradient))]));

function networkOf(shape: ModelShape, batch: number, sequence: number, dropout = 0): Network {
  const network = new Network(wasm, shape, { batch, sequence, seed: 1, dropout });
  network.variables.forEach(({ value }, i) => {
    network.kernels.write(
      value,
      Float32Array.from({ length: value.size }, (_, j) => Math.sin(i + 1.7 * j) / 2),
    );
  });
  return network;
}

describe('gradients of tasks', () => {
  for (const cell of cells) {
    for (const task of ['label', 'describe', 'translate'] as const) {
      for (const layers of [1, 2]) {
        it(`of ${layers}×${cell}, ${task}, agree: numeric within 1e-6, float32 within 1e-4`, () => {
          const sizes = { hidden: 6, batch: 4, sequence: 5, dropout: 0.25, seed: 1 };
          const { rows, passed } = checkGradients({ cell, layers, task, ...sizes });
          for (const { tensor, numeric, kernels } of rows) {
            assert.ok(numeric.largestError <= 1e-6, `${tensor}[${numeric.index}]: ${numeric.largestError}`);
            assert.ok(kernels.largestError <= 1e-4, `${tensor}[${kernels.index}]: ${kernels.largestError}`);
          }
          assert.ok(passed);
          const has = (name: string): boolean => rows.some(({ tensor }) => tensor.startsWith(name));
          assert.deepEqual([has('encoder0'), has('initial0')], [task === 'translate', task === 'describe']);
        });
      }
    }
  }

  for (const task of tasks.filter(({ features }) => features)) {
    it(`of ${titleOf(task)} agree with numeric ones within 1e-6`, () => {
      const shape: ModelShape = { cell: 'lstm', layers: 2, hidden: 6, vocabulary: 7, task };
      const parameters = networkOf(shape, 1, 5).variables.map(({ value }, i) => ({
        name: value.name,
        shape: value.shape,
        values: Float32Array.from({ length: value.size }, (_, j) => Math.sin(i + 1.7 * j) / 2),
      }));
      const checkpoint = { model: shape, vocabulary: { codePoints: [], unknown: false }, parameters };
      const sizes = { cell: 'lstm', layers: 2, hidden: 6, batch: 4, sequence: 5, dropout: 0.25, seed: 1 } as const;
      const { rows, passed } = checkGradients({ ...sizes, checkpoint });
      assert.ok(passed);
      assert.ok(rows.every(({ numeric }) => numeric.largestError <= 1e-6 && numeric.checked > 0));
    });
  }

  it('count each label by its factor', () => {
    const shape: ModelShape = { cell: 'rnn', layers: 1, hidden: 6, vocabulary: 7, task: tasks[0] };
    const examples = randomExamples(shape, 4, 5, 2);
    const network = new Network(reference('float64'), shape, { batch: 4, sequence: 5, seed: 1, dropout: 0 });
    const factors = Float32Array.of(0.5, 2, 1, 4);
    const plain = (i: number): number => {
      const one = { ...examples, labels: examples.labels?.map((label, n) => (n === i ? label : -1)) };
      network.setExamples(one);
      return network.loss();
    };
    const expected = Array.from(examples.labels ?? [], (label, i) => factors[label] * plain(i));
    network.setExamples(examples, factors);
    assert.ok(Math.abs(network.loss() - expected.reduce((sum, loss) => sum + loss)) < 1e-12);
    assert.ok(new Set(examples.labels).size > 2);
  });
});

describe('examples of uneven length', () => {
  for (const cell of cells) {
    for (const task of tasks) {
      const shape: ModelShape = { cell, layers: 2, hidden: 20, vocabulary: 9, task };

      it(`have the bits in a batch that they have alone (${cell}, ${titleOf(task)})`, () => {
        const N = 5;
        const examples = randomExamples(shape, N, 6, 3);
        const together = networkOf(shape, N + 2, 8); // with streams and steps that no example fills
        pollute(together);
        together.setExamples(examples);
        together.lossAndGradients();
        const order = byLength(
          examples,
          Int32Array.from({ length: N }, (_, i) => i),
        ).reverse();
        let compared = 0;
        for (let i = 0; i < N; i++) {
          const alone = networkOf(shape, 1, 8);
          alone.setExamples(only(examples, i));
          alone.lossAndGradients();
          const n = order.indexOf(i);
          const steps = task.name === 'label' ? 1 : lengthOf(examples, i);
          for (let t = 0; t < steps; t++) {
            const row = task.name === 'label' ? n : t * (N + 2) + n;
            for (const of of ['losses'] as const) {
              const [a, b] = [together.model[of], alone.model[of]];
              assert.deepEqual(together.kernels.read(rows(a, row, row + 1)), alone.kernels.read(rows(b, t, t + 1)));
              compared++;
            }
          }
        }
        assert.ok(compared >= N);
      });

      it(`leave nothing in the gradients of a batch where they end (${cell}, ${titleOf(task)})`, () => {
        const examples = randomExamples(shape, 5, 6, 4);
        const [clean, dirty] = [networkOf(shape, 7, 8, 0.3), networkOf(shape, 7, 8, 0.3)];
        pollute(dirty);
        for (const network of [clean, dirty]) network.setExamples(examples);
        assert.equal(clean.lossAndGradients(), dirty.lossAndGradients());
        assert.deepEqual(gradientsOf(clean), gradientsOf(dirty));
      });
    }
  }
});

/** Fills a network's activations by a full batch of other examples. */
function pollute(network: Network): void {
  const { batch, sequence } = network.model.settings;
  const shape = network.model.shape;
  const full = randomExamples(shape, batch, sequence, 9);
  const stretched: Examples = {
    ...full,
    read: full.read && filled(shape, batch, sequence),
    written: full.written && filled(shape, batch, sequence),
    frames: full.frames && {
      ...full.frames,
      values: new Float32Array(batch * sequence * full.frames.width).fill(0.7),
      ends: Uint32Array.from({ length: batch }, (_, n) => (n + 1) * sequence),
    },
  };
  network.setExamples(stretched);
  network.lossAndGradients();
}

const filled = ({ vocabulary }: ModelShape, N: number, T: number) => ({
  tokens: Uint32Array.from({ length: N * T }, (_, i) => i % vocabulary),
  ends: Uint32Array.from({ length: N }, (_, n) => (n + 1) * T),
});

const lengthOf = ({ written }: Examples, i: number): number =>
  written ? written.ends[i] - (written.ends[i - 1] ?? 0) : 1;

/** One example of several. */
function only(examples: Examples, i: number): Examples {
  const text = (of: Examples['read']) => {
    if (!of) return undefined;
    const tokens = of.tokens.slice(of.ends[i - 1] ?? 0, of.ends[i]);
    return { tokens, ends: Uint32Array.of(tokens.length) };
  };
  const { frames, vectors } = examples;
  const width = vectors ? vectors.length / examples.count : 0;
  const film = frames?.values.slice((frames.ends[i - 1] ?? 0) * frames.width, frames.ends[i] * frames.width);
  return {
    count: 1,
    read: text(examples.read),
    written: text(examples.written),
    frames: frames && film && { ...frames, values: film, ends: Uint32Array.of(film.length / frames.width) },
    labels: examples.labels?.slice(i, i + 1),
    vectors: vectors?.slice(i * width, (i + 1) * width),
  };
}
