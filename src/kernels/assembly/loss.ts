// Softmax and cross-entropy in one pass over each row, after subtracting the maximum.
import { exp, log } from './functions';
import { flushPositive, load, store } from './vector';

/** The largest of `size` numbers. If one of them is not a number, it may be passed over: the sum of eˣ finds it. */
@inline
function largest(x: usize, size: i32): f32 {
  let high = f32.load(x);
  if (size >= 4) {
    // Four at a time; the last four may have been seen before.
    const last = x + ((<usize>(size - 4)) << 2);
    let highs = v128.load(last);
    for (let at = x; at < last; at += 16) highs = f32x4.pmax(highs, v128.load(at));
    highs = f32x4.pmax(highs, v128.shuffle<i64>(highs, highs, 1, 0));
    return max(f32x4.extract_lane(highs, 0), f32x4.extract_lane(highs, 1));
  }
  for (let i = 1; i < size; i++) high = max(high, f32.load(x + ((<usize>i) << 2)));
  return high;
}

/**
 * losses (R) = ln Σ e^logits − logit of the target, in nats; logits (R,V) ← (softmax − one-hot)·scale.
 * A row with a negative target has zero loss and gradient.
 */
export function crossEntropy(logits: usize, targets: usize, losses: usize, R: i32, V: i32, scale: f32): void {
  for (let r = 0; r < R; r++) {
    const row = logits + (((<usize>r) * <usize>V) << 2);
    const target = i32.load(targets + ((<usize>r) << 2));
    if (target < 0) {
      memory.fill(row, 0, (<usize>V) << 2);
      f32.store(losses + ((<usize>r) << 2), 0);
      continue;
    }
    const high = largest(row, V);
    const shift = f32x4.splat(high);
    const correct = f32.load(row + ((<usize>target) << 2));
    let low = f64x2.splat(0);
    let upper = f64x2.splat(0);
    for (let v = 0; v < V; v += 4) {
      const at = row + ((<usize>v) << 2);
      const left = V - v;
      store(at, flushPositive(exp(f32x4.sub(load(at, left), shift))), left);
      const e = load(at, left); // the lanes after the row are zero again
      low = f64x2.add(low, f64x2.promote_low_f32x4(e));
      upper = f64x2.add(upper, f64x2.promote_low_f32x4(v128.shuffle<i64>(e, e, 1, 0)));
    }
    const sums = f64x2.add(low, upper);
    const sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    f32.store(losses + ((<usize>r) << 2), <f32>(log(sum) + (<f64>high - <f64>correct)));
    const factor = f32x4.splat(<f32>(<f64>scale / sum));
    for (let v = 0; v < V; v += 4) {
      const at = row + ((<usize>v) << 2);
      const left = V - v;
      store(at, f32x4.mul(load(at, left), factor), left);
    }
    const hit = row + ((<usize>target) << 2);
    f32.store(hit, f32.load(hit) - scale);
  }
}
