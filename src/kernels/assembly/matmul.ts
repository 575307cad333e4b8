// Matrix products. One micro-kernel computes all of them: two rows of the left matrix times a panel of 16 columns of
// the right one, with eight accumulators in registers. The right matrix is packed so that panels are read sequentially.
// Every element is summed over k = 0, 1, 2, … in one accumulator: its bits depend only on its row and column.

/** Columns of a panel: four vectors. */
const PANEL = 16;

/**
 * packed ← w (K,M), rows `stride` elements apart, as panels of 16 columns: element (k,m) is at
 * packed[(m / 16) · K · 16 + k · 16 + m % 16]. Missing columns of the last panel are zero.
 */
export function pack(w: usize, stride: i32, K: i32, M: i32, packed: usize): void {
  const step = (<usize>stride) << 2;
  const panelStep = (<usize>K) << 6;
  // A few rows at a time, all their panels: the rows stay in the first-level cache.
  for (let k = 0; k < K; k += PACKED_ROWS) {
    const end = min(k + PACKED_ROWS, K);
    let panel = packed + ((<usize>k) << 6);
    const row = w + <usize>k * step;
    for (let m = 0; m < M; m += PANEL) {
      packRows(row + ((<usize>m) << 2), step, end - k, min(PANEL, M - m), panel);
      panel += panelStep;
    }
  }
}

/** Rows that `pack` takes at a time. */
const PACKED_ROWS = 8;

/** One panel of some rows. */
@inline
function packRows(from: usize, step: usize, rows: i32, columns: i32, to: usize): void {
  for (let k = 0; k < rows; k++) {
    if (columns == PANEL) {
      v128.store(to, v128.load(from), 0);
      v128.store(to, v128.load(from, 16), 16);
      v128.store(to, v128.load(from, 32), 32);
      v128.store(to, v128.load(from, 48), 48);
    } else {
      memory.fill(to, 0, PANEL << 2);
      for (let c = 0; c < columns; c++) f32.store(to + ((<usize>c) << 2), f32.load(from + ((<usize>c) << 2)));
    }
    from += step;
    to += PANEL << 2;
  }
}

/** out (M,R), rows `outStride` apart, ← the transpose of x (R,M), rows `stride` apart, in blocks of 4 × 4. */
export function transpose(x: usize, stride: i32, R: i32, M: i32, out: usize, outStride: i32): void {
  const down = (<usize>stride) << 2;
  const right = (<usize>outStride) << 2;
  const fullR = R & ~3;
  const fullM = M & ~3;
  // A cache line of each row of out at a time.
  for (let block = 0; block < fullR; block += 16) {
    const end = min(block + 16, fullR);
    for (let m = 0; m < fullM; m += 4) {
      let from = x + <usize>block * down + ((<usize>m) << 2);
      let to = out + <usize>m * right + ((<usize>block) << 2);
      for (let r = block; r < end; r += 4) {
        const a = v128.load(from);
        const b = v128.load(from + down);
        const c = v128.load(from + 2 * down);
        const d = v128.load(from + 3 * down);
        const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
        const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
        const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
        const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
        v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
        v128.store(to + right, v128.shuffle<i64>(ab, cd, 1, 3));
        v128.store(to + 2 * right, v128.shuffle<i64>(AB, CD, 0, 2));
        v128.store(to + 3 * right, v128.shuffle<i64>(AB, CD, 1, 3));
        from += 4 * down;
        to += 16;
      }
    }
  }
  for (let r = 0; r < R; r++) {
    for (let m = r < fullR ? fullM : 0; m < M; m++) {
      f32.store(out + <usize>m * right + ((<usize>r) << 2), f32.load(x + <usize>r * down + ((<usize>m) << 2)));
    }
  }
}

/** Writes the first `columns` (1..16) of four vectors to `out`. */
@inline
function storeRow(out: usize, c0: v128, c1: v128, c2: v128, c3: v128, columns: i32): void {
  if (columns == PANEL) {
    v128.store(out, c0, 0);
    v128.store(out, c1, 16);
    v128.store(out, c2, 32);
    v128.store(out, c3, 48);
    return;
  }
  let last = c0;
  if (columns >= 4) {
    v128.store(out, c0, 0);
    last = c1;
  }
  if (columns >= 8) {
    v128.store(out, c1, 16);
    last = c2;
  }
  if (columns >= 12) {
    v128.store(out, c2, 32);
    last = c3;
  }
  const rest = out + ((<usize>(columns & ~3)) << 2);
  if ((columns & 3) > 0) v128.store32_lane(rest, last, 0);
  if ((columns & 3) > 1) v128.store32_lane(rest + 4, last, 1);
  if ((columns & 3) > 2) v128.store32_lane(rest + 8, last, 2);
}

/**
 * out (R,M), rows `outStride` apart, = start + x (R,K) · packed (K,M). Each sum starts from the row of `start`, rows
 * `startStride` apart (0: the same row, a bias), or from zero if `start` is 0.
 * Reads up to 15 elements past the end of a row of `start`, and ignores them.
 */
export function matmul(
  x: usize,
  packed: usize,
  out: usize,
  outStride: i32,
  R: i32,
  K: i32,
  M: i32,
  start: usize,
  startStride: i32,
): void {
  const xStep = (<usize>K) << 2;
  const outStep = (<usize>outStride) << 2;
  const startStep = (<usize>startStride) << 2;
  const panelStep = xStep << 4;
  const zero = f32x4.splat(0);
  for (let m = 0; m < M; m += PANEL) {
    const columns = min(PANEL, M - m);
    const panelEnd = packed + panelStep;
    let a = x;
    let to = out + ((<usize>m) << 2);
    let from = start + ((<usize>m) << 2);
    let r = 0;
    for (; r + 2 <= R; r += 2) {
      let c00 = zero;
      let c01 = zero;
      let c02 = zero;
      let c03 = zero;
      let c10 = zero;
      let c11 = zero;
      let c12 = zero;
      let c13 = zero;
      if (start != 0) {
        c00 = v128.load(from, 0);
        c01 = v128.load(from, 16);
        c02 = v128.load(from, 32);
        c03 = v128.load(from, 48);
        const next = from + startStep;
        c10 = v128.load(next, 0);
        c11 = v128.load(next, 16);
        c12 = v128.load(next, 32);
        c13 = v128.load(next, 48);
        from = next + startStep;
      }
      let a0 = a;
      let a1 = a + xStep;
      let p = packed;
      let left = K;
      // Each round is two steps of k. The exit between them keeps the compiler from loading both at once, for which
      // there are too few registers.
      while (true) {
        const b0 = v128.load(p, 0);
        const b1 = v128.load(p, 16);
        const b2 = v128.load(p, 32);
        const b3 = v128.load(p, 48);
        const x0 = v128.load32_splat(a0);
        c00 = f32x4.add(c00, f32x4.mul(x0, b0));
        c01 = f32x4.add(c01, f32x4.mul(x0, b1));
        c02 = f32x4.add(c02, f32x4.mul(x0, b2));
        c03 = f32x4.add(c03, f32x4.mul(x0, b3));
        const x1 = v128.load32_splat(a1);
        c10 = f32x4.add(c10, f32x4.mul(x1, b0));
        c11 = f32x4.add(c11, f32x4.mul(x1, b1));
        c12 = f32x4.add(c12, f32x4.mul(x1, b2));
        c13 = f32x4.add(c13, f32x4.mul(x1, b3));
        if (left == 1) break;
        const b0n = v128.load(p, 64);
        const b1n = v128.load(p, 80);
        const b2n = v128.load(p, 96);
        const b3n = v128.load(p, 112);
        const x0n = v128.load32_splat(a0, 4);
        c00 = f32x4.add(c00, f32x4.mul(x0n, b0n));
        c01 = f32x4.add(c01, f32x4.mul(x0n, b1n));
        c02 = f32x4.add(c02, f32x4.mul(x0n, b2n));
        c03 = f32x4.add(c03, f32x4.mul(x0n, b3n));
        const x1n = v128.load32_splat(a1, 4);
        c10 = f32x4.add(c10, f32x4.mul(x1n, b0n));
        c11 = f32x4.add(c11, f32x4.mul(x1n, b1n));
        c12 = f32x4.add(c12, f32x4.mul(x1n, b2n));
        c13 = f32x4.add(c13, f32x4.mul(x1n, b3n));
        if (left == 2) break;
        left -= 2;
        p += PANEL << 3;
        a0 += 8;
        a1 += 8;
      }
      storeRow(to, c00, c01, c02, c03, columns);
      storeRow(to + outStep, c10, c11, c12, c13, columns);
      to += outStep << 1;
      a += xStep << 1;
    }
    if (r < R) {
      let c0 = zero;
      let c1 = zero;
      let c2 = zero;
      let c3 = zero;
      if (start != 0) {
        c0 = v128.load(from, 0);
        c1 = v128.load(from, 16);
        c2 = v128.load(from, 32);
        c3 = v128.load(from, 48);
      }
      for (let p = packed; p < panelEnd; p += PANEL << 2) {
        const x0 = v128.load32_splat(a);
        c0 = f32x4.add(c0, f32x4.mul(x0, v128.load(p, 0)));
        c1 = f32x4.add(c1, f32x4.mul(x0, v128.load(p, 16)));
        c2 = f32x4.add(c2, f32x4.mul(x0, v128.load(p, 32)));
        c3 = f32x4.add(c3, f32x4.mul(x0, v128.load(p, 48)));
        a += 4;
      }
      storeRow(to, c0, c1, c2, c3, columns);
    }
    packed = panelEnd;
  }
}
