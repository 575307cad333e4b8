// Matrix products by shape and backend in GFLOP/s, the best of some repetitions in turns; each is compared with the
// reference before it is timed.
//   node build/bench/kernels.js

import { auto, type Backend, blas, fused, reference, wasm } from '../src/kernels/backend.js';
import { hasBlas } from '../src/kernels/blas.js';
import type { Kernels, Tensor } from '../src/kernels/kernels.js';
import { findTarget } from '../src/kernels/native/processor.js';
import { Plan } from '../src/kernels/plan.js';
import { randomKey, uniform } from '../src/random.js';
import { machine } from './machine.js';

const REPETITIONS = 7;
const SECONDS = 0.15; // of one repetition

/** Rows, inner size, columns: products of one time step, of all steps, with a batch size of 1, and of the decoder. */
const shapes = [
  [25, 128, 512],
  [50, 512, 128],
  [2500, 128, 512],
  [25, 512, 2048],
  [2500, 512, 2048],
  [1, 128, 512],
  [2500, 128, 65],
] as const;

interface Products {
  readonly kernels: Kernels;
  readonly out: Tensor;
  readonly dw: Tensor;
  readonly product: () => void;
  readonly weightGradient: () => void;
}

/** out = x·w and dw += xᵀ·out for one shape on a backend. */
function products(backend: Backend, [R, K, M]: readonly [number, number, number]): Products {
  const plan = new Plan();
  const [x, w, out, dw] = [
    plan.tensor('x', R, K),
    plan.tensor('w', K, M),
    plan.tensor('out', R, M),
    plan.tensor('dw', K, M),
  ];
  const packed = plan.tensor('packed', backend.packedSize(K, M));
  const scratch = plan.tensor('scratch', backend.scratchSize(K, M));
  const kernels = backend.create(plan);
  kernels.write(
    x,
    Float32Array.from({ length: x.size }, (_, i) => uniform(randomKey(1), i) - 0.5),
  );
  kernels.write(
    w,
    Float32Array.from({ length: w.size }, (_, i) => uniform(randomKey(2), i) - 0.5),
  );
  kernels.pack(w, packed);
  const columns = { from: 0, to: M };
  return {
    kernels,
    out,
    dw,
    product: () => kernels.matmul(x, packed, out, 'zero'),
    weightGradient: () => kernels.matmulTransposed(x, out, dw, columns, scratch),
  };
}

/** Runs both products once on two backends; fails if they differ by more than rounding. */
function check(actual: Products, expected: Products): void {
  for (const { kernels, dw, product, weightGradient } of [actual, expected]) {
    kernels.zero(dw);
    product();
    weightGradient();
  }
  for (const name of ['out', 'dw'] as const) {
    const [a, b] = [actual, expected].map((each) => Array.from(each.kernels.read(each[name])));
    const largest = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (!b.every((value, i) => Math.abs(value - a[i]) <= 1e-4 * largest)) throw new Error(`${name} differs`);
  }
}

/** Floating-point operations per nanosecond. */
function speed(work: () => void, operations: number): number {
  let count = 0;
  const start = performance.now();
  while (performance.now() - start < 1000 * SECONDS) {
    work();
    count++;
  }
  return (operations * count) / (performance.now() - start) / 1e6;
}

const backends = [wasm, auto, ...(findTarget(true) ? [fused] : []), ...(hasBlas() ? [blas] : [])];
console.log(`${machine()}; GFLOP/s of one thread, best of ${REPETITIONS}\n`);
console.log(
  `| rows, inner, columns | ${backends.map(({ name }) => `${name} product | ${name} weight gradient`).join(' | ')} |`,
);
console.log(`|${' --- |'.repeat(1 + 2 * backends.length)}`);
for (const shape of shapes) {
  const exact = products(reference('float64'), shape);
  const all = backends.map((backend) => products(backend, shape));
  for (const each of all) check(each, exact);
  const operations = 2 * shape[0] * shape[1] * shape[2];
  const best = all.map(() => [0, 0]);
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    all.forEach(({ product, weightGradient }, i) => {
      best[i][0] = Math.max(best[i][0], speed(product, operations));
      best[i][1] = Math.max(best[i][1], speed(weightGradient, operations));
    });
  }
  console.log(
    `| ${shape.join(', ')} | ${best
      .flat()
      .map((value) => value.toFixed(1))
      .join(' | ')} |`,
  );
}
