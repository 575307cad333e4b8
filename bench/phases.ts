// Where the time of a training step goes: milliseconds by kernel, one thread, two layers, batch 50, sequence 50.
//   node build/bench/phases.js [--backend auto|wasm|fused|blas] [--cell lstm] [--hidden 128] [--batch 50]

import { parseArgs } from 'node:util';
import { backendsByName } from '../src/kernels/backend.js';
import type { Kernels, Tensor } from '../src/kernels/kernels.js';
import { create } from '../src/model/instance.js';
import { initialise } from '../src/model/parameters.js';
import { type BackendName, type CellName, defaults } from '../src/options/training-options.js';
import { alone } from '../src/parallel/team.js';
import { layOutTraining, TrainingProgram } from '../src/training/step.js';
import { machine } from './machine.js';

const WARM_UP = 10;
const STEPS = 40;
const V = 65;

const { values: options } = parseArgs({
  options: {
    backend: { type: 'string', default: 'auto' },
    cell: { type: 'string', default: 'lstm' },
    hidden: { type: 'string', default: '128' },
    batch: { type: 'string', default: '50' },
  },
});
const backend = backendsByName[options.backend as BackendName];
const shape = { cell: options.cell as CellName, layers: 2, hidden: Number(options.hidden), vocabulary: V };
const training = { ...defaults, batch: Number(options.batch) };
const layout = layOutTraining(shape, training, backend, alone);
const { worker, kernels } = create(layout);
initialise(layout.model.weights, kernels, 1);

/** Milliseconds and operations by kernel and, for products, by shape. */
const spent = new Map<string, { milliseconds: number; operations: number }>();

/** The title of a call and, for a product, its floating-point operations. */
function describe(name: string, values: readonly unknown[]): [title: string, operations: number] {
  if (!name.startsWith('matmul')) return [name, 0];
  const [x, , out] = values as Tensor[];
  const inner = name === 'matmulTransposed' ? x.shape[0] : x.shape[1];
  return [`${name} ${x.shape.join('×')} → ${out.shape.join('×')}`, 2 * inner * out.size];
}
const timed = new Proxy(kernels, {
  get(target, name) {
    const value: unknown = Reflect.get(target, name);
    if (typeof value !== 'function') return value;
    return (...values: unknown[]): unknown => {
      const start = performance.now();
      const result: unknown = Reflect.apply(value, target, values);
      const [title, operations] = describe(String(name), values);
      const before = spent.get(title) ?? { milliseconds: 0, operations: 0 };
      spent.set(title, {
        milliseconds: before.milliseconds + performance.now() - start,
        operations: before.operations + operations,
      });
      return result;
    };
  },
}) as Kernels;

const tokens = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % V);
const program = new TrainingProgram(
  layout,
  training,
  { kind: 'text', training: tokens, validation: tokens },
  { ...worker, kernels: timed },
);
for (let step = 1; step <= WARM_UP; step++) program.step(step, 0);
spent.clear();
const start = performance.now();
for (let step = WARM_UP + 1; step <= WARM_UP + STEPS; step++) program.step(step, 0);
const total = (performance.now() - start) / STEPS;

console.log(`${machine()}; ${backend.name}, one thread: ${total.toFixed(1)} ms per step\n`);
console.log('| kernel | ms | share | GFLOP/s |\n| --- | --- | --- | --- |');
for (const [name, { milliseconds, operations }] of [...spent].sort(([, a], [, b]) => b.milliseconds - a.milliseconds)) {
  const each = milliseconds / STEPS;
  const rate = operations > 0 ? (operations / milliseconds / 1e6).toFixed(1) : '';
  if (each > total / 200) {
    console.log(`| ${name} | ${each.toFixed(2)} | ${((100 * each) / total).toFixed(1)} % | ${rate} |`);
  }
}
