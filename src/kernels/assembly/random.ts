// Dropout with a counter-based generator: the mask is a function of key and element only, so it depends neither on the
// thread nor on the order, and the backward pass recomputes it instead of storing it. ../../random.ts has the same
// generator for the host.
import { load, store } from './vector';

// The 32-bit finaliser 'lowbias32' (Wellons, 2018).
@inline
function mix(x: v128): v128 {
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

/** out (size) = x∘mask·factor; element i is kept when mix(mix((first+i) ^ key0) + key1) >= threshold, unsigned. */
export function dropout(
  x: usize,
  out: usize,
  size: i32,
  threshold: u32,
  factor: f32,
  key0: i32,
  key1: i32,
  first: i32,
): void {
  const f = f32x4.splat(factor);
  const limit = i32x4.splat(<i32>threshold);
  let counter = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    const bits = mix(i32x4.add(mix(v128.xor(counter, i32x4.splat(key0))), i32x4.splat(key1)));
    const kept = v128.and(f32x4.mul(load(x + at, left), f), i32x4.ge_u(bits, limit));
    store(out + at, kept, left);
    counter = i32x4.add(counter, i32x4.splat(4));
  }
}
