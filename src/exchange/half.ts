// IEEE 754 half precision: a sign, five bits of exponent, ten of fraction.

/** The largest finite number. */
export const LARGEST_HALF = 65504;
/** 2^−24: the step of the numbers below 2^−14. */
const SMALLEST = 2 ** -24;

/** Returns the bits of the half-precision number nearest to `value`; of two equally near, that with the even bits. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  // Halfway to the number that would follow the largest.
  if (magnitude >= 65520) return sign | 0x7c00;
  let exponent = 0;
  let step = SMALLEST;
  while (magnitude >= 2048 * step) {
    step *= 2;
    exponent++;
  }
  // In steps of the number's own exponent; the first exponent has no hidden bit. A carry moves into the exponent.
  return sign | (exponent * 1024 + roundedToEven(magnitude / step));
}

function roundedToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** Returns the number that the bits of a half stand for. */
export function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * SMALLEST : sign * (1024 + fraction) * SMALLEST * 2 ** (exponent - 1);
}
