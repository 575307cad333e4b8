import { randomBits, randomKey } from '../../src/random.js';

/** Random choices that depend on seed and case alone, so that a case can be reproduced from its number. */
export class Dice {
  private readonly key;
  private counter = 0;

  constructor(...parts: readonly number[]) {
    this.key = randomKey(...parts);
  }

  /** A whole number in 0…n−1. */
  below(n: number): number {
    return Math.floor((randomBits(this.key, this.counter++) / 2 ** 32) * n);
  }

  /** A whole number in from…to. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True once in n calls on average. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** The results of from…to calls of `make`. */
  several<T>(from: number, to: number, make: () => T): T[] {
    return Array.from({ length: this.between(from, to) }, make);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
