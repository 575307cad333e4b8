// Element-wise kernels: sums, scaling, clipping, norms.
import { flush, load, store } from './vector';

/** x (size) = 0. */
export function zero(x: usize, size: i32): void {
  memory.fill(x, 0, (<usize>size) << 2);
}

/** out (size) = x (size). */
export function copy(x: usize, out: usize, size: i32): void {
  memory.copy(out, x, (<usize>size) << 2);
}

/** Every row of out (R,M) = bias (M). */
export function fillRows(bias: usize, out: usize, R: i32, M: i32): void {
  const bytes = (<usize>M) << 2;
  for (let r = 0; r < R; r++) {
    memory.copy(out, bias, bytes);
    out += bytes;
  }
}

/** y (size) += x (size). */
export function add(x: usize, y: usize, size: i32): void {
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    store(y + at, f32x4.add(load(y + at, left), load(x + at, left)), left);
  }
}

/** x (size) *= factor. */
export function scale(x: usize, factor: f32, size: i32): void {
  const f = f32x4.splat(factor);
  for (let i = 0; i < size; i += 4) {
    const at = x + ((<usize>i) << 2);
    const left = size - i;
    store(at, flush(f32x4.mul(load(at, left), f)), left);
  }
}

/** x (size) = min(max(x, −bound), bound); NaN stays NaN. */
export function clamp(x: usize, bound: f32, size: i32): void {
  const high = f32x4.splat(bound);
  const low = f32x4.splat(-bound);
  for (let i = 0; i < size; i += 4) {
    const at = x + ((<usize>i) << 2);
    const left = size - i;
    store(at, f32x4.pmin(f32x4.pmax(load(at, left), low), high), left);
  }
}

/** y (size) += rate·(x − y). */
export function blend(x: usize, y: usize, rate: f32, size: i32): void {
  const r = f32x4.splat(rate);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    const mean = load(y + at, left);
    store(y + at, f32x4.add(mean, f32x4.mul(r, f32x4.sub(load(x + at, left), mean))), left);
  }
}

/** Σ x of x (size) in double precision, from start to end. */
export function sum(x: usize, size: i32): f64 {
  let total: f64 = 0;
  for (let i = 0; i < size; i++) total += <f64>f32.load(x + ((<usize>i) << 2));
  return total;
}

/** partials[i] = Σ x² over the i-th `block` elements of x (size), squared and summed in double precision. */
export function sumOfSquares(x: usize, size: i32, block: i32, partials: usize): void {
  for (let start = 0; start < size; start += block) {
    const end = min(start + block, size);
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let i = start; i < end; i += 4) {
      const four = load(x + ((<usize>i) << 2), end - i);
      const a = f64x2.promote_low_f32x4(four);
      const b = f64x2.promote_low_f32x4(v128.shuffle<i64>(four, four, 1, 0));
      low = f64x2.add(low, f64x2.mul(a, a));
      high = f64x2.add(high, f64x2.mul(b, b));
    }
    const both = f64x2.add(low, high);
    f32.store(partials, <f32>(f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1)));
    partials += 4;
  }
}

/** db (columns) += Σ over the R rows of dy (R, columns), rows `stride` apart: a cache line of columns at a time. */
export function sumRows(dy: usize, stride: i32, R: i32, columns: i32, db: usize): void {
  const step = (<usize>stride) << 2;
  let m = 0;
  for (; m + 16 <= columns; m += 16) {
    let from = dy + ((<usize>m) << 2);
    const to = db + ((<usize>m) << 2);
    let a = v128.load(to, 0);
    let b = v128.load(to, 16);
    let c = v128.load(to, 32);
    let d = v128.load(to, 48);
    for (let r = 0; r < R; r++) {
      a = f32x4.add(a, v128.load(from, 0));
      b = f32x4.add(b, v128.load(from, 16));
      c = f32x4.add(c, v128.load(from, 32));
      d = f32x4.add(d, v128.load(from, 48));
      from += step;
    }
    v128.store(to, a, 0);
    v128.store(to, b, 16);
    v128.store(to, c, 32);
    v128.store(to, d, 48);
  }
  for (; m < columns; m += 4) {
    const left = columns - m;
    const to = db + ((<usize>m) << 2);
    let from = dy + ((<usize>m) << 2);
    let sum = load(to, left);
    for (let r = 0; r < R; r++) {
      sum = f32x4.add(sum, load(from, left));
      from += step;
    }
    store(to, sum, left);
  }
}
