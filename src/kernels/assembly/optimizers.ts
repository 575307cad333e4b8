// One step of each optimizer over `size` elements of the flat parameter block: weights w, gradient dw, moments m and v.
// `keep` is 1 − learning rate · weight decay: decoupled decay, applied to the weight before the step.
import { flush, flushSquare, load, store } from './vector';

/** m = μ·m + dw; w −= rate·m (heavy-ball momentum). */
export function sgd(w: usize, dw: usize, m: usize, size: i32, rate: f32, mu: f32, keep: f32): void {
  const minus = f32x4.splat(-rate);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    const velocity = flush(f32x4.add(f32x4.mul(f32x4.splat(mu), load(m + at, left)), load(dw + at, left)));
    store(m + at, velocity, left);
    const decayed = f32x4.mul(load(w + at, left), f32x4.splat(keep));
    store(w + at, f32x4.add(decayed, f32x4.mul(minus, velocity)), left);
  }
}

// w ← keep·w − rate·step/(√v + ε)
@inline
function descend(w: usize, step: v128, v: v128, left: i32, rate: f32, epsilon: f32, keep: f32): void {
  const root = f32x4.add(f32x4.sqrt(v), f32x4.splat(epsilon));
  const decayed = f32x4.mul(load(w, left), f32x4.splat(keep));
  store(w, f32x4.sub(decayed, f32x4.div(f32x4.mul(f32x4.splat(rate), step), root)), left);
}

/** v = α·v + (1−α)·dw². */
export function rmsprop(
  w: usize,
  dw: usize,
  v: usize,
  size: i32,
  rate: f32,
  alpha: f32,
  epsilon: f32,
  keep: f32,
): void {
  const rest = f32x4.splat(1 - alpha);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    const d = flush(load(dw + at, left));
    const square = f32x4.mul(rest, f32x4.mul(d, d));
    const mean = flushSquare(f32x4.add(f32x4.mul(f32x4.splat(alpha), load(v + at, left)), square));
    store(v + at, mean, left);
    descend(w + at, d, mean, left, rate, epsilon, keep);
  }
}

/** v = v + dw². */
export function adagrad(w: usize, dw: usize, v: usize, size: i32, rate: f32, epsilon: f32, keep: f32): void {
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    const d = flush(load(dw + at, left));
    const sum = f32x4.add(load(v + at, left), f32x4.mul(d, d));
    store(v + at, sum, left);
    descend(w + at, d, sum, left, rate, epsilon, keep);
  }
}

/**
 * m = β₁·m + (1−β₁)·dw; v = β₂·v + (1−β₂)·dw²; w −= rate·(m/correction1)/(√(v/correction2) + ε).
 * Kingma and Ba (2015); with `keep` below 1 AdamW, Loshchilov and Hutter (2019).
 */
export function adam(
  w: usize,
  dw: usize,
  m: usize,
  v: usize,
  size: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  correction1: f32,
  correction2: f32,
  keep: f32,
): void {
  const rest1 = f32x4.splat(1 - beta1);
  const rest2 = f32x4.splat(1 - beta2);
  const scale1 = f32x4.splat(1 / correction1);
  const scale2 = f32x4.splat(1 / correction2);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    const d = flush(load(dw + at, left));
    const first = flush(f32x4.add(f32x4.mul(f32x4.splat(beta1), load(m + at, left)), f32x4.mul(rest1, d)));
    const square = f32x4.mul(rest2, f32x4.mul(d, d));
    const second = flushSquare(f32x4.add(f32x4.mul(f32x4.splat(beta2), load(v + at, left)), square));
    store(m + at, first, left);
    store(v + at, second, left);
    descend(w + at, f32x4.mul(first, scale1), f32x4.mul(second, scale2), left, rate, epsilon, keep);
  }
}
