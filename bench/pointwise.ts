// The kernels other than products: nanoseconds per unit of output, one thread, every call timed by itself, in turns.
//   node build/bench/pointwise.js

import { auto, wasm } from '../src/kernels/backend.js';
import type { Kernels, Tensor, UpdateRule } from '../src/kernels/kernels.js';
import { Plan } from '../src/kernels/plan.js';
import { randomKey, uniform } from '../src/random.js';
import { machine, median } from './machine.js';

const WARM_UP = 100; // calls
const CALLS = 600;
const N = 50; // one time step of a batch
const H = 128;
const V = 65;
const P = 200_000; // parameters, about as many as an lstm 2×128 has

const adam: UpdateRule = {
  ...{ optimizer: 'adam', learningRate: 0.01, decay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  ...{ correction1: 0.1, correction2: 0.001 },
};

/** One kernel: its arrays, the units of a call, the call. */
interface Case {
  readonly name: string;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly units: number;
  readonly call: (k: Kernels, x: Readonly<Record<string, Tensor>>) => void;
}

const cases: readonly Case[] = [
  {
    name: 'rnnForward, unit of h',
    shapes: { a: [N, H], h: [N, H] },
    units: N * H,
    call: (k, { a, h }) => k.rnnForward(a, h),
  },
  {
    name: 'rnnBackward, unit of h',
    shapes: { h: [N, H], dh: [N, H], da: [N, H] },
    units: N * H,
    call: (k, { h, dh, da }) => k.rnnBackward(h, dh, da),
  },
  {
    name: 'lstmForward, unit of h',
    shapes: { a: [N, 4 * H], c0: [N, H], c: [N, H], tanhC: [N, H], h: [N, H] },
    units: N * H,
    call: (k, { a, c0, c, tanhC, h }) => k.lstmForward(a, c0, c, tanhC, h),
  },
  {
    name: 'lstmBackward, unit of h',
    shapes: { gates: [N, 4 * H], c0: [N, H], tanhC: [N, H], dh: [N, H], dc: [N, H] },
    units: N * H,
    call: (k, { gates, c0, tanhC, dh, dc }) => k.lstmBackward(gates, c0, tanhC, dh, dc),
  },
  {
    name: 'gruForward, unit of h',
    shapes: { ax: [N, 3 * H], ah: [N, 3 * H], h0: [N, H], h: [N, H] },
    units: N * H,
    call: (k, { ax, ah, h0, h }) => k.gruForward(ax, ah, h0, h),
  },
  {
    name: 'gruBackward, unit of h',
    shapes: { gates: [N, 3 * H], ah: [N, 3 * H], h0: [N, H], dh: [N, H], dh0: [N, H] },
    units: N * H,
    call: (k, { gates, ah, h0, dh, dh0 }) => k.gruBackward(gates, ah, h0, dh, dh0),
  },
  {
    name: 'crossEntropy, logit',
    shapes: { logits: [N, V], targets: [N], losses: [N] },
    units: N * V,
    call: (k, { logits, targets, losses }) => k.crossEntropy(logits, targets, losses, 1 / N),
  },
  {
    name: 'dropout, element',
    shapes: { x: [N, H], out: [N, H] },
    units: N * H,
    call: (k, { x, out }) => k.dropout(x, out, 0.3, randomKey(1), 0),
  },
  {
    name: 'adam, parameter',
    shapes: { w: [P], dw: [P], m: [P], v: [P] },
    units: P,
    call: (k, { w, dw, m, v }) => k.update(w, dw, m, v, adam, { from: 0, to: P }),
  },
];

/** Prepares a case in memory. @returns a function that makes one call and returns nanoseconds per unit */
function prepare(backend: typeof wasm, { shapes, units, call }: Case): () => number {
  const plan = new Plan();
  const x = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, plan.tensor(name, ...shape)]));
  const kernels = backend.create(plan);
  const inputs = Object.values(x).map((tensor, index) => {
    const key = randomKey(2, index);
    const positive = tensor.name === 'gates' || tensor.name === 'v';
    const isTargets = tensor.name === 'targets';
    const value = (i: number): number => (isTargets ? i % V : positive ? uniform(key, i) : uniform(key, i) - 0.5);
    const values = Float32Array.from({ length: tensor.size }, (_, i) => value(i));
    return { tensor, values, isTargets };
  });
  return () => {
    // Many kernels work in place: from the second call on they would process gates of gates, and finally denormals.
    for (const { tensor, values, isTargets } of inputs) {
      if (isTargets) kernels.writeIndices(tensor, values);
      else kernels.write(tensor, values);
    }
    const start = performance.now();
    call(kernels, x);
    return (1e6 * (performance.now() - start)) / units;
  };
}

const backends = [wasm, auto];
console.log(`${machine()}; ns per unit, one thread, median (best) of ${CALLS} calls in turns\n`);
console.log(`| kernel | ${backends.map(({ name }) => name).join(' | ')} |`);
console.log(`|${' --- |'.repeat(1 + backends.length)}`);
for (const each of cases) {
  console.error(each.name);
  const runs = backends.map((backend) => prepare(backend, each));
  const times: number[][] = runs.map(() => []);
  for (let call = 0; call < WARM_UP + CALLS; call++) {
    runs.forEach((run, i) => {
      const time = run();
      if (call >= WARM_UP) times[i].push(time);
    });
  }
  const cells = times.map((all) => `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)})`);
  console.log(`| ${each.name} | ${cells.join(' | ')} |`);
}
