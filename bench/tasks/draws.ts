// What the generators share: random draws in order, and lines that differ.

import { randomKey, uniform } from '../../src/random.js';

/** Random draws that follow each other; a seed and a purpose give the same ones on every machine. */
export class Draws {
  readonly #key: ReturnType<typeof randomKey>;
  #next = 0;

  constructor(seed: number, purpose: string) {
    this.#key = randomKey(seed, ...Array.from(purpose, (character) => character.codePointAt(0) ?? 0));
  }

  /** A number in [0, 1). */
  fraction(): number {
    return uniform(this.#key, this.#next++);
  }

  /** A number in [low, high). */
  real(low: number, high: number): number {
    return low + (high - low) * this.fraction();
  }

  /** An integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.fraction() * n);
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(p: number): boolean {
    return this.fraction() < p;
  }

  pick<T>(from: readonly T[] | string): T {
    return from[this.below(from.length)] as T;
  }

  /** The same items in another order. */
  shuffled<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [result[i], result[j]] = [result[j], result[i]];
    }
    return result;
  }
}

/** Draws that fail one after another before a generator counts as exhausted. */
const PATIENCE = 10_000;

/**
 * `count` lines of different keys. `make` returns a key and a line, or undefined for a draw that does not count.
 * Throws a RangeError if new keys do not come any more.
 */
export function distinct(
  count: number,
  make: (i: number) => readonly [key: string, line: string] | undefined,
): string[] {
  const lines: string[] = [];
  const keys = new Set<string>();
  let failures = 0;
  while (lines.length < count) {
    const made = make(lines.length);
    if (made && !keys.has(made[0])) {
      keys.add(made[0]);
      lines.push(made[1]);
      failures = 0;
    } else if (++failures > PATIENCE) {
      throw new RangeError(`There are not ${count} different lines: stopped after ${lines.length}`);
    }
  }
  return lines;
}

/**
 * `count` lines `label⇥text` in random order: no text stands twice, not even with two labels, and the labels are equally
 * frequent, up to one line.
 */
export function labelled(count: number, draws: Draws, makers: ReadonlyMap<string, (draws: Draws) => string>): string[] {
  const labels = [...makers.keys()];
  const lines = distinct(count, (i) => {
    const label = labels[i % labels.length];
    const text = makers.get(label)?.(draws);
    return text === undefined ? undefined : [text, `${label}\t${text}`];
  });
  return draws.shuffled(lines);
}
