// exp, sigmoid, tanh and log from additions, multiplications and divisions only: the same bits on every machine.
import { flushPositive, load, store } from './vector';

const LOG2_E: f32 = 1.44269504; // 1/ln 2
const LN2_HIGH: f32 = 0.693359375; // ln 2 in two parts: n·LN2_HIGH is exact for |n| < 2^14
const LN2_LOW: f32 = -2.12194440e-4;
// Adding 1.5·2^23 rounds to an integer and leaves that integer in the lowest bits.
const ROUND: f32 = 12582912;
const ONE_BITS: i32 = 0x3f800000;

// e^r − 1 = r + r²·(C2 + C3·r + …) for |r| <= ln 2 / 2; the coefficients minimise the maximum relative error, 1.4e-8.
const C2: f32 = 0.49999998155;
const C3: f32 = 0.16666543669;
const C4: f32 = 0.04166719966;
const C5: f32 = 0.00836651406;
const C6: f32 = 0.00138825217;

// With x = n·ln 2 + r: `shifted` holds n in its lowest bits.
@inline
function nearestPower(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, f32x4.splat(LOG2_E)), f32x4.splat(ROUND));
}

@inline
function powerOfTwo(shifted: v128): v128 {
  return i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(ONE_BITS));
}

// e^r − 1 for the remainder r of x.
@inline
function expm1OfRemainder(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, f32x4.splat(ROUND));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH))), f32x4.mul(n, f32x4.splat(LN2_LOW)));
  let q = f32x4.add(f32x4.mul(r, f32x4.splat(C6)), f32x4.splat(C5));
  q = f32x4.add(f32x4.mul(r, q), f32x4.splat(C4));
  q = f32x4.add(f32x4.mul(r, q), f32x4.splat(C3));
  q = f32x4.add(f32x4.mul(r, q), f32x4.splat(C2));
  return f32x4.add(r, f32x4.mul(f32x4.mul(r, r), q));
}

/** e^x, relative error < 2e-7; x is clamped to [−87, 88], where the result is a normal float32. */
@inline
export function exp(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(88));
  const shifted = nearestPower(x);
  const scale = powerOfTwo(shifted);
  return f32x4.add(scale, f32x4.mul(scale, expm1OfRemainder(x, shifted)));
}

/** 1/(1+e^−x), relative error < 3e-7; 0 where it is below 2^-58. */
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return flushPositive(f32x4.div(one, f32x4.add(one, exp(f32x4.neg(x)))));
}

/** (e^2x − 1)/(e^2x + 1), relative error < 4e-7; ±1 for |x| > 9.1. */
@inline
export function tanh(x: v128): v128 {
  x = f32x4.pmin(f32x4.pmax(f32x4.add(x, x), f32x4.splat(-18.2)), f32x4.splat(18.2));
  const shifted = nearestPower(x);
  const scale = powerOfTwo(shifted);
  // e^2x − 1 without the cancellation near zero: 2^n·(e^r − 1) + (2^n − 1)
  const e = f32x4.add(f32x4.mul(scale, expm1OfRemainder(x, shifted)), f32x4.sub(scale, f32x4.splat(1)));
  return f32x4.div(e, f32x4.add(e, f32x4.splat(2)));
}

/** ln x for normal x > 0 in double precision, relative error < 1e-13: x = m·2^e, ln m = 2·artanh((m−1)/(m+1)). */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <f64>(<i32>(bits >> 52) - 1023);
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum: f64 = 0;
  for (let odd: f64 = 19; odd >= 1; odd -= 2) sum = sum * z + 1 / odd;
  return 2 * s * sum + exponent * 0.6931471805599453;
}

/** out (size) ← tanh(x). */
export function tanhAll(x: usize, out: usize, size: i32): void {
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    store(out + at, tanh(load(x + at, size - i)), size - i);
  }
}

/** out (size) ← σ(x). */
export function sigmoidAll(x: usize, out: usize, size: i32): void {
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    store(out + at, sigmoid(load(x + at, size - i)), size - i);
  }
}

/** out (size) ← e^x. */
export function expAll(x: usize, out: usize, size: i32): void {
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    store(out + at, exp(load(x + at, size - i)), size - i);
  }
}

/** out (size) ← ln x. */
export function logAll(x: usize, out: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    const at = (<usize>i) << 2;
    f32.store(out + at, <f32>log(<f64>f32.load(x + at)));
  }
}
