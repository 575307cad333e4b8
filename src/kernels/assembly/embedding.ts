// The first layer's input is one-hot: its matrix product only selects rows of the weights.
import { load, store } from './vector';

/** out (R,M) = rows of w (V,M) at `indices` (R) + bias (M). */
export function gather(w: usize, indices: usize, bias: usize, out: usize, R: i32, M: i32): void {
  const step = (<usize>M) << 2;
  for (let r = 0; r < R; r++) {
    const row = w + <usize>i32.load(indices + ((<usize>r) << 2)) * step;
    for (let m = 0; m < M; m += 4) {
      const at = (<usize>m) << 2;
      const left = M - m;
      store(out + at, f32x4.add(load(row + at, left), load(bias + at, left)), left);
    }
    out += step;
  }
}

/** Rows of dw at `indices` (R) += rows of dy, both with `columns` columns; the rows of both are `stride` apart. */
export function scatterAdd(dy: usize, indices: usize, dw: usize, R: i32, stride: i32, columns: i32): void {
  const step = (<usize>stride) << 2;
  for (let r = 0; r < R; r++) {
    const row = dw + <usize>i32.load(indices + ((<usize>r) << 2)) * step;
    for (let m = 0; m < columns; m += 4) {
      const at = (<usize>m) << 2;
      const left = columns - m;
      store(row + at, f32x4.add(load(row + at, left), load(dy + at, left)), left);
    }
    dy += step;
  }
}
