// The vanilla RNN's pointwise part. Forward is tanhAll.
import { flush, load, store } from './vector';

/** da (size) = (1 − h²)∘dh. */
export function rnnBackward(h: usize, dh: usize, da: usize, size: i32): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < size; i += 4) {
    const at = (<usize>i) << 2;
    const left = size - i;
    const y = load(h + at, left);
    store(da + at, flush(f32x4.mul(f32x4.sub(one, f32x4.mul(y, y)), load(dh + at, left))), left);
  }
}
