// exp, log and cos in double precision from additions, multiplications and divisions only. JavaScript does not
// specify the last bits of Math.exp, Math.log, Math.cos and Math.pow; these functions return the same bits everywhere.

const LN2_HIGH = 0.6931471803691238; // ln 2 in two parts: n·LN2_HIGH is exact for the n that occur
const LN2_LOW = 1.9082149292705877e-10;

const LOG2_E = 1 / Math.LN2;

/** ln 2, for converting nats to bits. */
export const LN2 = Math.LN2;

/** The exact 2^n for integers n in −1022…1023, at index n + 1022. */
const powersOfTwo = new Float64Array(2046);
powersOfTwo[1022] = 1;
for (let n = 1; n <= 1023; n++) powersOfTwo[1022 + n] = 2 * powersOfTwo[1021 + n];
for (let n = 1; n <= 1022; n++) powersOfTwo[1022 - n] = powersOfTwo[1023 - n] / 2;

/**
 * e^x for x <= 700, relative error < 1e-14; 0 below −700. With x = n·ln 2 + r, sums the even and the odd terms of the
 * Taylor series at r, cosh r and sinh r, separately: the processor computes both at once.
 */
export function exp(x: number): number {
  if (x < -700) return 0;
  const n = Math.round(x * LOG2_E);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  const q = r * r;
  const even =
    1 + q * (1 / 2 + q * (1 / 24 + q * (1 / 720 + q * (1 / 40_320 + q * (1 / 3_628_800 + q / 479_001_600)))));
  const odd =
    1 + q * (1 / 6 + q * (1 / 120 + q * (1 / 5040 + q * (1 / 362_880 + q * (1 / 39_916_800 + q / 6_227_020_800)))));
  return (even + r * odd) * powersOfTwo[n + 1022];
}

/** ln x for finite x > 0, relative error < 1e-14: x = m·2^e, ln m = 2·artanh((m−1)/(m+1)). */
export function log(x: number): number {
  let m = x;
  let e = 0;
  for (; m > Math.SQRT2; e++) m /= 2;
  for (; m < Math.SQRT1_2; e--) m *= 2;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let sum = 0;
  for (let odd = 21; odd >= 1; odd -= 2) sum = sum * z + 1 / odd;
  return 2 * s * sum + e * Math.LN2;
}

/** cos(πx) for x in 0…1, absolute error < 1e-14. */
export function cosPi(x: number): number {
  if (x > 0.5) return -cosPi(1 - x);
  const square = (Math.PI * x) ** 2;
  let sum = 1;
  for (let k = 20; k >= 2; k -= 2) sum = 1 - (sum * square) / (k * (k - 1));
  return sum;
}

/** base^n for an integer n >= 0, by repeated squaring. */
export function power(base: number, n: number): number {
  let result = 1;
  let square = base;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
