// Compares every kernel of every backend with the specification, the plain loops in float64. Sizes are distinct, so
// that a transposed array cannot pass, and not multiples of the vector or panel width, so that tails are tested too.

import assert from 'node:assert/strict';
import type { Tensor, UpdateRule } from '../../src/kernels/kernels.js';
import { Plan } from '../../src/kernels/plan.js';
import { optimizers } from '../../src/options/training-options.js';
import { assertConforms, backends, type Case } from './harness.js';

const ROUNDING = 1e-6;

const cases: Record<string, Case> = {
  zero: { shapes: { x: [7, 3] }, call: (k, { x }) => k.zero(x) },
  copy: { shapes: { x: [7, 3], y: [7, 3] }, call: (k, { x, y }) => k.copy(x, y) },
  add: { shapes: { x: [23], y: [23] }, call: (k, { x, y }) => k.add(x, y) },
  'scale of a range': { shapes: { x: [23] }, call: (k, { x }) => k.scale(x, -1.7, { from: 4, to: 19 }) },
  'clamp of a range': { shapes: { x: [23] }, call: (k, { x }) => k.clamp(x, 0.3, { from: 2, to: 21 }) },
  'blend of a range': {
    shapes: { x: [23], y: [23] },
    call: (k, { x, y }) => k.blend(x, y, 0.3, { from: 4, to: 19 }),
  },
  'sumOfSquares of some blocks': {
    shapes: { x: [100], partials: [4] },
    call: (k, { x, partials }) => k.sumOfSquares(x, 32, partials, { from: 1, to: 4 }),
  },
  sumRows: {
    shapes: { dy: [5, 23], db: [23] },
    call: (k, { dy, db }) => k.sumRows(dy, db, { from: 16, to: 23 }),
  },
  'sumRows of whole cache lines and a remainder': {
    shapes: { dy: [5, 55], db: [55] },
    call: (k, { dy, db }) => k.sumRows(dy, db, { from: 0, to: 55 }),
  },
  gather: {
    shapes: { w: [5, 23], i: [9], bias: [23], out: [9, 23] },
    call: (k, { w, i, bias, out }) => k.gather(w, i, bias, out),
  },
  scatterAdd: {
    shapes: { dy: [9, 23], i: [9], dw: [5, 23] },
    call: (k, { dy, i, dw }) => k.scatterAdd(dy, i, dw, { from: 0, to: 16 }),
  },
  rnnForward: { shapes: { a: [3, 7], h: [3, 7] }, spread: 4, call: (k, { a, h }) => k.rnnForward(a, h) },
  rnnBackward: {
    shapes: { h: [3, 7], dh: [3, 7], da: [3, 7] },
    call: (k, { h, dh, da }) => k.rnnBackward(h, dh, da),
  },
  lstmForward: {
    shapes: { a: [3, 28], c0: [3, 7], c: [3, 7], tanhC: [3, 7], h: [3, 7] },
    spread: 4,
    call: (k, { a, c0, c, tanhC, h }) => k.lstmForward(a, c0, c, tanhC, h),
  },
  lstmBackward: {
    shapes: { gates: [3, 28], c0: [3, 7], tanhC: [3, 7], dh: [3, 7], dc: [3, 7] },
    call: (k, { gates, c0, tanhC, dh, dc }) => k.lstmBackward(gates, c0, tanhC, dh, dc),
  },
  gruForward: {
    shapes: { ax: [3, 21], ah: [3, 21], h0: [3, 7], h: [3, 7] },
    spread: 4,
    call: (k, { ax, ah, h0, h }) => k.gruForward(ax, ah, h0, h),
  },
  gruBackward: {
    shapes: { gates: [3, 21], ah: [3, 21], h0: [3, 7], dh: [3, 7], dh0: [3, 7] },
    call: (k, { gates, ah, h0, dh, dh0 }) => k.gruBackward(gates, ah, h0, dh, dh0),
  },
  dropout: {
    shapes: { x: [31, 3], out: [31, 3] },
    call: (k, { x, out }) => k.dropout(x, out, 0.3, [123456789, 0xdeadbeef], 1000),
  },
  'crossEntropy with ignored targets': {
    shapes: { logits: [6, 11], i: [6], losses: [6] },
    spread: 20,
    values: { i: [0, 10, -1, 4, 4, -1] },
    call: (k, { logits, i, losses }) => k.crossEntropy(logits, i, losses, 1 / 6),
  },
  'crossEntropy of logits that overflow without the maximum subtracted': {
    shapes: { logits: [2, 5], i: [2], losses: [2] },
    values: { logits: [1000, 1001, 999, -1000, 0, -1e5, -1e5, -1e5, -1e5 + 1, -1e5], i: [1, 3] },
    call: (k, { logits, i, losses }) => k.crossEntropy(logits, i, losses, 0.5),
  },
};

// The largest logit in each place, so high that the others must not be taken for it: e³⁰⁰ is infinite.
for (const V of [1, 3, 4, 6, 9, 16, 21]) {
  cases[`crossEntropy with the largest logit in each of ${V} places`] = {
    shapes: { logits: [V, V], i: [V], losses: [V] },
    values: {
      logits: Array.from({ length: V * V }, (_, i) => (i % (V + 1) === 0 ? 300 : (i % 7) - 3)),
      i: Array.from({ length: V }, (_, row) => (row * 5) % V),
    },
    call: (k, { logits, i, losses }) => k.crossEntropy(logits, i, losses, 1 / V),
  };
}

// Products: one row, a few rows, many rows; fewer columns than a panel, one panel, and panels with a remainder.
for (const [R, K, M] of [
  [1, 5, 3],
  [2, 7, 16],
  [5, 9, 23],
  [31, 33, 70],
]) {
  const shapes = { x: [R, K], w: [K, M], out: [R, M], bias: [M] };
  const size = `(${R},${K})·(${K},${M})`;
  cases[`matmul ${size}`] = {
    shapes,
    packed: ['w'],
    call: (k, x) => k.matmul(x.x, x['packed w'], x.out, 'zero'),
  };
  cases[`matmul ${size} that accumulates`] = {
    shapes,
    packed: ['w'],
    call: (k, x) => k.matmul(x.x, x['packed w'], x.out, 'accumulate'),
  };
  cases[`matmul ${size} with a bias`] = {
    shapes,
    packed: ['w'],
    call: (k, x) => k.matmul(x.x, x['packed w'], x.out, x.bias),
  };
  cases[`matmul ${size} by a transposed matrix`] = {
    shapes: { x: [R, K], w: [M, K], out: [R, M] },
    transposed: ['w'],
    call: (k, x) => k.matmul(x.x, x['packed w'], x.out, 'zero'),
  };
}
// Weight gradients: fewer and more rows than the block of 256 that the fast kernels process at once.
for (const R of [1, 3, 255, 600]) {
  cases[`matmulTransposed of ${R} rows`] = {
    shapes: { x: [R, 33], dy: [R, 70], dw: [33, 70] },
    call: (k, { x, dy, dw }, scratch) => k.matmulTransposed(x, dy, dw, { from: 16, to: 70 }, scratch),
  };
}
for (const optimizer of optimizers) {
  const rule: UpdateRule = {
    optimizer,
    learningRate: 0.01,
    decay: 0.001,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-6,
    correction1: 0.3,
    correction2: 0.2,
  };
  const v = Array.from({ length: 50 }, (_, i) => (i % 7) / 10);
  cases[`update by ${optimizer}`] = {
    shapes: { w: [50], dw: [50], m: [50], v: [50] },
    values: { v },
    call: (k, x) => k.update(x.w, x.dw, x.m, x.v, rule, { from: 16, to: 45 }),
  };
}

for (const backend of backends) {
  describe(`kernels of ${backend.name} equal the reference in float64`, () => {
    for (const [title, test] of Object.entries(cases)) {
      it(`${title}, within ${ROUNDING} of the largest number`, () => assertConforms(backend, ROUNDING, test));
    }
    it('sum, within 1e-6', () => {
      let sum = 0;
      assertConforms(backend, ROUNDING, {
        shapes: { x: [1001], out: [1] },
        call: (k, { x, out }) => {
          sum = k.sum(x);
          k.write(out, [sum]);
        },
      });
    });
    it('an empty range changes nothing', () => {
      assertConforms(backend, 0, { shapes: { x: [16] }, call: (k, { x }) => k.scale(x, 3, { from: 8, to: 8 }) });
    });
  });
}

describe('numbers next to zero', () => {
  for (const backend of backends) {
    it(`become zero in ${backend.name}: gradients, states and moments below 2^-58, means of squares below 2^-116`, () => {
      const plan = new Plan();
      const [w, dw, m, v, x] = ['w', 'dw', 'm', 'v', 'x'].map((name) => plan.tensor(name, 5));
      const k = backend.create(plan);
      k.write(dw, [0, 0, 3e-18, 0, Number.NaN]);
      k.write(m, [3.6e-18, 4e-18, 0, -3.6e-18, 0]);
      k.write(v, [1.2e-35, 1.3e-35, 0, 0, 0]);
      const rule = {
        learningRate: 1,
        decay: 0,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        correction1: 1,
        correction2: 1,
      };
      k.update(w, dw, m, v, { optimizer: 'adam', ...rule }, { from: 0, to: 5 });
      const zeros = (tensor: Tensor): boolean[] => Array.from(k.read(tensor), (value) => value === 0);
      assert.deepEqual(zeros(m), [true, false, true, true, false]);
      assert.deepEqual(zeros(v), [true, false, true, true, false]);
      k.write(x, [3.4e-10, 3.5e-10, -3.4e-10, -3.5e-10, Number.NaN]);
      k.scale(x, 1e-8, { from: 0, to: 5 });
      assert.deepEqual(zeros(x), [true, false, true, false, false]);
    });

    it(`become zero in ${backend.name}: closed gates, states, softmax, and gradients that leave a cell`, () => {
      const plan = new Plan();
      const tensor = (name: string, ...shape: number[]): Tensor => plan.tensor(name, ...shape);
      const [gates, ax, ah] = [tensor('gates', 1, 12), tensor('ax', 1, 9), tensor('ah', 1, 9)];
      const [c0, c, tanhC, h, dh, dc] = ['c0', 'c', 'tanhC', 'h', 'dh', 'dc'].map((name) => tensor(name, 1, 3));
      const [logits, targets, losses] = [tensor('logits', 1, 3), tensor('targets', 1), tensor('losses', 1)];
      const k = backend.create(plan);
      const isZero = (x: Tensor): boolean => k.read(x).every((value) => value === 0);
      // σ(−41) = 1.6·10⁻¹⁸; the input to tanh is not small.
      k.write(gates, [...Array(9).fill(-41), 1, 2, 3]);
      k.write(c0, [1, 2, 3]);
      k.lstmForward(gates, c0, c, tanhC, h);
      assert.ok(
        k
          .read(gates)
          .subarray(0, 9)
          .every((gate) => gate === 0) &&
          isZero(c) &&
          isZero(h),
      );
      k.write(gates, Array(12).fill(0.5));
      for (const x of [dh, dc]) k.write(x, [1e-18, -1e-18, 1e-19]);
      k.lstmBackward(gates, c0, tanhC, dh, dc);
      assert.ok(isZero(gates) && isZero(dc));
      k.write(ax, Array(9).fill(0.5));
      k.write(ah, Array(9).fill(0.5));
      k.gruBackward(ax, ah, c0, dh, dc);
      assert.ok(isZero(ax) && isZero(ah) && isZero(dc));
      k.rnnBackward(h, dh, dc);
      assert.ok(isZero(dc));
      k.write(logits, [0, -41, -100]);
      k.writeIndices(targets, [0]);
      k.crossEntropy(logits, targets, losses, 1);
      assert.ok(isZero(logits));
    });
  }
});
