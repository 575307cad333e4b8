// Every kernel that computes element by element, operation by operation as the WebAssembly kernels do it: the same bits.

import type { Description, Recorder, Value } from './vectors.js';

// e^x, as in assembly/functions.ts. Several values side by side, step by step, keep the processor busy.
const LOG2_E = Math.LOG2E;
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;
const ROUND = 12582912;
const ONE_BITS = 0x3f800000;
/** The coefficients of e^r − 1, the highest power first. */
const COEFFICIENTS = [0.00138825217, 0.00836651406, 0.04166719966, 0.16666543669, 0.49999998155];

/** 2^n and e^r − 1 for each x = n·ln 2 + r. */
function powers(v: Recorder, xs: readonly Value[]): { scales: Value[]; remainders: Value[] } {
  const round = v.constant(ROUND);
  const shifted = xs.map((x) => v.add(v.multiply(x, v.constant(LOG2_E)), round));
  const n = shifted.map((s) => v.subtract(s, round));
  const r = xs.map((x, i) => {
    const high = v.subtract(x, v.multiply(n[i], v.constant(LN2_HIGH)));
    return v.subtract(high, v.multiply(n[i], v.constant(LN2_LOW)));
  });
  const [first, second, ...rest] = COEFFICIENTS.map((value) => v.constant(value));
  let q = r.map((x) => v.add(v.multiply(x, first), second));
  for (const coefficient of rest) q = q.map((y, i) => v.add(v.multiply(r[i], y), coefficient));
  const remainders = r.map((x, i) => v.add(x, v.multiply(v.multiply(x, x), q[i])));
  const scales = shifted.map((s) => v.addIntegers(v.shiftLeft(s, 23), v.integer(ONE_BITS)));
  return { scales, remainders };
}

const clamp = (v: Recorder, x: Value, low: number, high: number): Value =>
  v.minimum(v.maximum(x, v.constant(low)), v.constant(high));

function exp(v: Recorder, xs: readonly Value[]): Value[] {
  const { scales, remainders } = powers(
    v,
    xs.map((x) => clamp(v, x, -87, 88)),
  );
  return scales.map((scale, i) => v.add(scale, v.multiply(scale, remainders[i])));
}

/** 1/(1+e^−x) */
function sigmoid(v: Recorder, xs: readonly Value[]): Value[] {
  const one = v.constant(1);
  const powers = exp(
    v,
    xs.map((x) => v.negate(x)),
  );
  return powers.map((e) => flushPositive(v, v.divide(one, v.add(one, e))));
}

/** (e^2x − 1)/(e^2x + 1) */
function tanh(v: Recorder, x: Value): Value {
  const { scales, remainders } = powers(v, [clamp(v, v.add(x, x), -18.2, 18.2)]);
  const [scale] = scales;
  const e = v.add(v.multiply(scale, remainders[0]), v.subtract(scale, v.constant(1)));
  return v.divide(e, v.add(e, v.constant(2)));
}

/** Numbers next to zero become zero, as in assembly/vector.ts. */
const TINY = 0x22800000;
const TINY_SQUARE = 0x05800000;
const flush = (v: Recorder, x: Value): Value => v.whereAtLeast(x, v.and(x, v.integer(0x7fffffff)), v.integer(TINY));
const flushPositive = (v: Recorder, x: Value): Value => v.whereAtLeast(x, x, v.integer(TINY));
const flushSquare = (v: Recorder, x: Value): Value => v.whereAtLeast(x, x, v.integer(TINY_SQUARE));

/** y∘(1−y), the derivative of the sigmoid by its value; 1−y², that of tanh. */
const sigmoidSlope = (v: Recorder, y: Value): Value => v.multiply(y, v.subtract(v.constant(1), y));
const tanhSlope = (v: Recorder, y: Value): Value => v.subtract(v.constant(1), v.multiply(y, y));

/** A kernel whose arrays are all rows, passed to the body by number. */
const rows = (arrays: number, body: (v: Recorder, ...arrays: number[]) => void): Description => ({
  arrays: Array<'row'>(arrays).fill('row'),
  body: (v) => body(v, ...Array.from({ length: arrays }, (_, i) => i)),
});

/** w ← keep·w − rate·step/(√v + ε) */
function descend(v: Recorder, w: number, step: Value, square: Value, [rate, epsilon, keep]: readonly Value[]): void {
  const root = v.add(v.squareRoot(square), epsilon);
  const decayed = v.multiply(v.load(w), keep);
  v.store(w, v.subtract(decayed, v.divide(v.multiply(rate, step), root)));
}

/** The generator of `assembly/random.ts`. */
function mix(v: Recorder, x: Value): Value {
  const first = v.multiplyIntegers(v.xor(x, v.shiftRight(x, 16)), v.integer(0x7feb352d));
  const second = v.multiplyIntegers(v.xor(first, v.shiftRight(first, 15)), v.integer(0x846ca68b | 0));
  return v.xor(second, v.shiftRight(second, 16));
}

export const descriptions = {
  /** y += x */
  add: rows(2, (v, x, y) => v.store(y, v.add(v.load(y), v.load(x)))),
  /** x *= parameter 0 */
  scale: rows(1, (v, x) => v.store(x, flush(v, v.multiply(v.load(x), v.parameter(0))))),
  /** x between parameters 0 and 1 */
  clamp: rows(1, (v, x) => v.store(x, v.minimum(v.maximum(v.load(x), v.parameter(0)), v.parameter(1)))),
  /** y += parameter 0·(x − y) */
  blend: rows(2, (v, x, y) => {
    const mean = v.load(y);
    v.store(y, v.add(mean, v.multiply(v.parameter(0), v.subtract(v.load(x), mean))));
  }),
  /** out = a row of w + bias */
  gather: {
    arrays: ['indexed', 'row', 'row'],
    body: (v) => v.store(2, v.add(v.load(0), v.load(1))),
  },
  /** A row of dw += dy */
  scatterAdd: {
    arrays: ['indexed', 'row'],
    body: (v) => v.store(0, v.add(v.load(0), v.load(1))),
  },

  rnnForward: rows(2, (v, a, h) => v.store(h, tanh(v, v.load(a)))),
  rnnBackward: rows(3, (v, h, dh, da) => v.store(da, flush(v, v.multiply(tanhSlope(v, v.load(h)), v.load(dh))))),

  lstmForward: rows(8, (v, ai, af, ao, ag, c0, c, tanhC, h) => {
    const blocks = [ai, af, ao];
    const gates = sigmoid(
      v,
      blocks.map((block) => v.load(block)),
    );
    for (const [i, block] of blocks.entries()) v.store(block, gates[i]);
    const [i, f, o] = gates;
    const g = tanh(v, v.load(ag));
    v.store(ag, g);
    const cell = flush(v, v.add(v.multiply(f, v.load(c0)), v.multiply(i, g)));
    v.store(c, cell);
    const y = tanh(v, cell);
    v.store(tanhC, y);
    v.store(h, flush(v, v.multiply(o, y)));
  }),
  lstmBackward: rows(8, (v, ai, af, ao, ag, c0, tanhC, dh, dc) => {
    const [o, y, dy] = [v.load(ao), v.load(tanhC), v.load(dh)];
    const through = v.multiply(v.multiply(dy, o), tanhSlope(v, y));
    const d = v.add(v.load(dc), through);
    v.store(ao, flush(v, v.multiply(v.multiply(dy, y), sigmoidSlope(v, o))));
    const f = v.load(af);
    v.store(dc, flush(v, v.multiply(d, f)));
    v.store(af, flush(v, v.multiply(v.multiply(d, v.load(c0)), sigmoidSlope(v, f))));
    const [i, g] = [v.load(ai), v.load(ag)];
    v.store(ai, flush(v, v.multiply(v.multiply(d, g), sigmoidSlope(v, i))));
    v.store(ag, flush(v, v.multiply(v.multiply(d, i), tanhSlope(v, g))));
  }),

  gruForward: rows(8, (v, ar, az, an, hr, hz, hn, h0, h) => {
    const sums = [v.add(v.load(ar), v.load(hr)), v.add(v.load(az), v.load(hz))];
    const [r, z] = sigmoid(v, sums);
    v.store(ar, r);
    v.store(az, z);
    const n = tanh(v, v.add(v.load(an), v.multiply(r, v.load(hn))));
    v.store(an, n);
    v.store(h, flush(v, v.add(n, v.multiply(z, v.subtract(v.load(h0), n)))));
  }),
  gruBackward: rows(9, (v, ar, az, an, hr, hz, hn, h0, dh, dh0) => {
    const [r, z, n, dy] = [ar, az, an, dh].map((array) => v.load(array));
    const dn = flush(v, v.multiply(v.multiply(dy, v.subtract(v.constant(1), z)), tanhSlope(v, n)));
    const dz = flush(v, v.multiply(v.multiply(dy, v.subtract(v.load(h0), n)), sigmoidSlope(v, z)));
    const dr = flush(v, v.multiply(v.multiply(dn, v.load(hn)), sigmoidSlope(v, r)));
    v.store(dh0, flush(v, v.multiply(dy, z)));
    v.store(ar, dr);
    v.store(hr, dr);
    v.store(az, dz);
    v.store(hz, dz);
    v.store(an, dn);
    v.store(hn, flush(v, v.multiply(dn, r)));
  }),

  /** Parameters: threshold (an integer), factor, both keys, the number of the first element. */
  dropout: rows(2, (v, x, out) => {
    const [threshold, factor, key0, key1, first] = [0, 1, 2, 3, 4].map((index) => v.parameter(index));
    const counter = v.addIntegers(v.element(), first);
    const bits = mix(v, v.addIntegers(mix(v, v.xor(counter, key0)), key1));
    v.store(out, v.whereAtLeast(v.multiply(v.load(x), factor), bits, threshold));
  }),

  /** Parameters: −rate, μ, keep. */
  sgd: rows(3, (v, w, dw, m) => {
    const [minus, mu, keep] = [0, 1, 2].map((index) => v.parameter(index));
    const velocity = flush(v, v.add(v.multiply(mu, v.load(m)), v.load(dw)));
    v.store(m, velocity);
    v.store(w, v.add(v.multiply(v.load(w), keep), v.multiply(minus, velocity)));
  }),
  /** Parameters: rate, ε, keep, α, 1−α. */
  rmsprop: rows(3, (v, w, dw, squares) => {
    const [rate, epsilon, keep, alpha, rest] = [0, 1, 2, 3, 4].map((index) => v.parameter(index));
    const d = flush(v, v.load(dw));
    const mean = flushSquare(v, v.add(v.multiply(alpha, v.load(squares)), v.multiply(rest, v.multiply(d, d))));
    v.store(squares, mean);
    descend(v, w, d, mean, [rate, epsilon, keep]);
  }),
  /** Parameters: rate, ε, keep. */
  adagrad: rows(3, (v, w, dw, squares) => {
    const d = flush(v, v.load(dw));
    const sum = v.add(v.load(squares), v.multiply(d, d));
    v.store(squares, sum);
    descend(
      v,
      w,
      d,
      sum,
      [0, 1, 2].map((index) => v.parameter(index)),
    );
  }),
  /** Parameters: rate, ε, keep, β₁, 1−β₁, β₂, 1−β₂, 1/correction1, 1/correction2. */
  adam: rows(4, (v, w, dw, m, squares) => {
    const [rate, epsilon, keep, beta1, rest1, beta2, rest2, scale1, scale2] = Array.from({ length: 9 }, (_, index) =>
      v.parameter(index),
    );
    const d = flush(v, v.load(dw));
    const first = flush(v, v.add(v.multiply(beta1, v.load(m)), v.multiply(rest1, d)));
    const second = flushSquare(v, v.add(v.multiply(beta2, v.load(squares)), v.multiply(rest2, v.multiply(d, d))));
    v.store(m, first);
    v.store(squares, second);
    descend(v, w, v.multiply(first, scale1), v.multiply(second, scale2), [rate, epsilon, keep]);
  }),
} as const satisfies Record<string, Description>;

export type PointwiseKernel = keyof typeof descriptions;
