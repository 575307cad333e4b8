// The only random number generator. It is counter-based: each number is a function of a key and a counter, so it
// depends neither on the order of requests nor on the requesting thread.

/** Two 32-bit words that select a sequence of random numbers. */
export type RandomKey = readonly [number, number];

/** The 32-bit finaliser 'lowbias32' (Wellons, 2018): a bijection in which every bit affects all others. */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The key for one purpose: `randomKey(seed, Purpose.dropout, step, layer)`. Each part is taken modulo 2^32. */
export function randomKey(...parts: readonly number[]): RandomKey {
  let a = 0x9e3779b9;
  let b = 0x85ebca6b;
  for (const part of parts) {
    a = mix(a ^ (part >>> 0));
    b = mix((b + a) >>> 0);
  }
  return [a, b];
}

/** 32 random bits for a counter, as an unsigned integer. */
export function randomBits([a, b]: RandomKey, counter: number): number {
  return mix((mix(counter ^ a) + b) >>> 0);
}

/** A number in [0, 1) with 32 random bits. */
export function uniform(key: RandomKey, counter: number): number {
  return randomBits(key, counter) / 2 ** 32;
}

/** The uses of random numbers. Every key includes one, so no two uses share a sequence. */
export const Purpose = { initialise: 1, dropout: 2, sampling: 3, check: 4, weightDrop: 5, shuffle: 6 } as const;
