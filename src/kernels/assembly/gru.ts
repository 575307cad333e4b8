// The GRU's pointwise part. Rows of ax and ah have three blocks of H columns: r z n.
import { sigmoid, tanh } from './functions';
import { flush, load, store } from './vector';

/** r, z = σ(ax + ah); n = tanh(ax + r∘ah); ax (R,3H) becomes the gates; h = (1−z)∘n + z∘h0 = n + z∘(h0 − n). */
export function gruForward(ax: usize, ah: usize, h0: usize, h: usize, R: i32, H: i32): void {
  const block = (<usize>H) << 2;
  for (let row = 0; row < R; row++) {
    for (let j = 0; j < 2 * H; j += 4) {
      const at = (<usize>j) << 2;
      const left = 2 * H - j;
      store(ax + at, sigmoid(f32x4.add(load(ax + at, left), load(ah + at, left))), left);
    }
    const z = ax + block;
    const n = z + block;
    const an = ah + 2 * block;
    for (let j = 0; j < H; j += 4) {
      const at = (<usize>j) << 2;
      const left = H - j;
      const gate = tanh(f32x4.add(load(n + at, left), f32x4.mul(load(ax + at, left), load(an + at, left))));
      store(n + at, gate, left);
      const change = f32x4.mul(load(z + at, left), f32x4.sub(load(h0 + at, left), gate));
      store(h + at, flush(f32x4.add(gate, change)), left);
    }
    ax += 3 * block;
    ah += 3 * block;
    h0 += block;
    h += block;
  }
}

/** gates (R,3H) become dax, ah becomes dah; dh0 = z∘dh. */
export function gruBackward(gates: usize, ah: usize, h0: usize, dh: usize, dh0: usize, R: i32, H: i32): void {
  const block = (<usize>H) << 2;
  const one = f32x4.splat(1);
  for (let row = 0; row < R; row++) {
    for (let j = 0; j < H; j += 4) {
      const at = (<usize>j) << 2;
      const left = H - j;
      const ar = gates + at;
      const az = ar + block;
      const an = az + block;
      const hr = ah + at;
      const hz = hr + block;
      const hn = hz + block;
      const r = load(ar, left);
      const z = load(az, left);
      const n = load(an, left);
      const dy = load(dh + at, left);
      // h = (1−z)∘n + z∘h0
      const dn = flush(f32x4.mul(f32x4.mul(dy, f32x4.sub(one, z)), f32x4.sub(one, f32x4.mul(n, n))));
      const slopeOfZ = f32x4.mul(z, f32x4.sub(one, z));
      const dz = flush(f32x4.mul(f32x4.mul(dy, f32x4.sub(load(h0 + at, left), n)), slopeOfZ));
      // n = tanh(ax + r∘ah)
      const dr = flush(f32x4.mul(f32x4.mul(dn, load(hn, left)), f32x4.mul(r, f32x4.sub(one, r))));
      store(dh0 + at, flush(f32x4.mul(dy, z)), left);
      store(ar, dr, left);
      store(hr, dr, left);
      store(az, dz, left);
      store(hz, dz, left);
      store(an, dn, left);
      store(hn, flush(f32x4.mul(dn, r)), left);
    }
    gates += 3 * block;
    ah += 3 * block;
    h0 += block;
    dh += block;
    dh0 += block;
  }
}
