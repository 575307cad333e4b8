// Loads and stores of the last, incomplete vector of a row. A kernel always computes on four lanes, but only the lanes
// that exist are read and written, so a value has the same bits in a full vector and in a tail.

/** The `count` (1..4) numbers at `x`; the lanes after them are zero. */
@inline
export function load(x: usize, count: i32): v128 {
  if (count >= 4) return v128.load(x);
  let value = v128.load32_zero(x);
  if (count > 1) value = v128.load32_lane(x + 4, value, 1);
  if (count > 2) value = v128.load32_lane(x + 8, value, 2);
  return value;
}

// Numbers next to zero are flushed to zero: arithmetic with denormal numbers is many times slower on some processors.
// 2^-58 is far below what training can feel, and high enough that squares and products of what remains are no denormals.
const MAGNITUDE: i32 = 0x7fffffff;
const TINY: i32 = 0x22800000; // 2^-58
const TINY_SQUARE: i32 = 0x05800000; // 2^-116

/** x, but 0 where |x| < 2^-58. */
@inline
export function flush(x: v128): v128 {
  return v128.and(x, i32x4.ge_u(v128.and(x, i32x4.splat(MAGNITUDE)), i32x4.splat(TINY)));
}

/** The same for numbers that are not negative. */
@inline
export function flushPositive(x: v128): v128 {
  return v128.and(x, i32x4.ge_u(x, i32x4.splat(TINY)));
}

/** x, but 0 where x < 2^-116, for means of squares. */
@inline
export function flushSquare(x: v128): v128 {
  return v128.and(x, i32x4.ge_u(x, i32x4.splat(TINY_SQUARE)));
}

/** Writes the first `count` (1..4) lanes of `value` to `x`. */
@inline
export function store(x: usize, value: v128, count: i32): void {
  if (count >= 4) {
    v128.store(x, value);
    return;
  }
  v128.store32_lane(x, value, 0);
  if (count > 1) v128.store32_lane(x + 4, value, 1);
  if (count > 2) v128.store32_lane(x + 8, value, 2);
}
