// Where the time of a training step goes: milliseconds by kernel, one thread, 2×128 lstm, batch 50, sequence 50.
//   node build/bench/phases.js [wasm|blas]
import { backendsByName } from '../src/kernels/backend.js';
import type { Kernels, Tensor } from '../src/kernels/kernels.js';
import { initialise } from '../src/model/initialise.js';
import { alone } from '../src/model/team.js';
import { type BackendName, type TrainingOptions, trainingOptions } from '../src/options.js';
import { layOutTraining } from '../src/training/layout.js';
import { TrainingProgram } from '../src/training/program.js';
import { machine } from './machine.js';

const WARM_UP = 10;
const STEPS = 40;
const V = 65;

const backend = backendsByName[(process.argv[2] ?? 'wasm') as BackendName];
const defaults = Object.fromEntries(Object.entries(trainingOptions).map(([name, option]) => [name, option.default]));
const options = defaults as unknown as TrainingOptions;
const layout = layOutTraining({ cell: 'lstm', layers: 2, hidden: 128, vocabulary: V }, options, backend, alone);
const kernels = backend.create(layout.plan);
initialise(layout.model, kernels, 1);

/** Milliseconds by kernel and, for products, shape. */
const spent = new Map<string, number>();
const shapeOf = (x: unknown): string => (x as Tensor).shape.join('×');
const timed = new Proxy(kernels, {
  get(target, name) {
    const value: unknown = Reflect.get(target, name);
    if (typeof value !== 'function') return value;
    return (...values: unknown[]): unknown => {
      const start = performance.now();
      const result: unknown = Reflect.apply(value, target, values);
      const title = `${String(name)}${String(name).startsWith('matmul') ? ` ${shapeOf(values[0])} → ${shapeOf(values[2])}` : ''}`;
      spent.set(title, (spent.get(title) ?? 0) + performance.now() - start);
      return result;
    };
  },
}) as Kernels;

const tokens = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i) % V);
const program = new TrainingProgram(layout, options, tokens, tokens, timed, alone);
for (let step = 1; step <= WARM_UP; step++) program.step(step, 0);
spent.clear();
const start = performance.now();
for (let step = WARM_UP + 1; step <= WARM_UP + STEPS; step++) program.step(step, 0);
const total = (performance.now() - start) / STEPS;

console.log(`${machine()}; ${backend.name}, one thread: ${total.toFixed(1)} ms a step\n`);
console.log('| kernel | ms | share |\n| --- | --- | --- |');
for (const [name, milliseconds] of [...spent].sort(([, a], [, b]) => b - a)) {
  const each = milliseconds / STEPS;
  if (each > total / 200) console.log(`| ${name} | ${each.toFixed(2)} | ${((100 * each) / total).toFixed(1)} % |`);
}
