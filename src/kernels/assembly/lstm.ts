// The LSTM's pointwise part. A row of a, and of the gates, has four blocks of H columns: i f o g.
// Separate loops with one exponential each use the processor better than one loop with all of them.
import { sigmoidAll, tanh, tanhAll } from './functions';
import { flush, load, store } from './vector';

/** a (R,4H) becomes the gates; c = f∘c0 + i∘g; tanhC = tanh(c); h = o∘tanhC. c0, c, tanhC, h (R,H). */
export function lstmForward(a: usize, c0: usize, c: usize, tanhC: usize, h: usize, R: i32, H: i32): void {
  const block = (<usize>H) << 2;
  for (let r = 0; r < R; r++) {
    const f = a + block;
    const o = f + block;
    const g = o + block;
    sigmoidAll(a, a, 3 * H);
    for (let j = 0; j < H; j += 4) {
      const at = (<usize>j) << 2;
      const left = H - j;
      const gate = tanh(load(g + at, left));
      store(g + at, gate, left);
      const kept = f32x4.mul(load(f + at, left), load(c0 + at, left));
      store(c + at, flush(f32x4.add(kept, f32x4.mul(load(a + at, left), gate))), left);
    }
    tanhAll(c, tanhC, H);
    for (let j = 0; j < H; j += 4) {
      const at = (<usize>j) << 2;
      const left = H - j;
      store(h + at, flush(f32x4.mul(load(o + at, left), load(tanhC + at, left))), left);
    }
    a += block << 2;
    c0 += block;
    c += block;
    tanhC += block;
    h += block;
  }
}

/** gates (R,4H) become da (R,4H); dc (R,H) holds the gradient of c on entry and of c0 on return. */
export function lstmBackward(gates: usize, c0: usize, tanhC: usize, dh: usize, dc: usize, R: i32, H: i32): void {
  const block = (<usize>H) << 2;
  const one = f32x4.splat(1);
  for (let r = 0; r < R; r++) {
    for (let j = 0; j < H; j += 4) {
      const at = (<usize>j) << 2;
      const left = H - j;
      const ai = gates + at;
      const af = ai + block;
      const ao = af + block;
      const ag = ao + block;
      const i = load(ai, left);
      const f = load(af, left);
      const o = load(ao, left);
      const g = load(ag, left);
      const y = load(tanhC + at, left);
      const dy = load(dh + at, left);
      // h = o∘tanh(c)
      const through = f32x4.mul(f32x4.mul(dy, o), f32x4.sub(one, f32x4.mul(y, y)));
      const d = f32x4.add(load(dc + at, left), through);
      const dout = f32x4.mul(dy, y);
      // c = f∘c0 + i∘g
      store(dc + at, flush(f32x4.mul(d, f)), left);
      store(ai, flush(f32x4.mul(f32x4.mul(d, g), f32x4.mul(i, f32x4.sub(one, i)))), left);
      store(af, flush(f32x4.mul(f32x4.mul(d, load(c0 + at, left)), f32x4.mul(f, f32x4.sub(one, f)))), left);
      store(ao, flush(f32x4.mul(dout, f32x4.mul(o, f32x4.sub(one, o)))), left);
      store(ag, flush(f32x4.mul(f32x4.mul(d, i), f32x4.sub(one, f32x4.mul(g, g)))), left);
    }
    gates += block << 2;
    c0 += block;
    tanhC += block;
    dh += block;
    dc += block;
  }
}
