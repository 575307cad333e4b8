import type { Range } from '../kernels/kernels.js';
import { type Levels, rankScore } from './rank-scores.js';
import type { TextProperty } from './text-properties.js';

/** How many predictions of the shorter context a longer one starts with. */
const PRIOR = 2;

/** The most characters that are told apart, so that three of them make an exact number. */
const MOST_SYMBOLS = 200_000;

/** A property and its levels on the two halves of a text. */
export interface LevelledProperty extends TextProperty {
  readonly first: Levels;
  readonly second: Levels;
}

/**
 * What the last characters alone tell of each property: for every context of `order` characters, the mean of the property
 * on the first half of a text (smoothed by that of the shorter contexts) predicts it on the second half. Returns the score
 * of this prediction for each property. A unit that follows a property no better than that need not remember anything.
 */
export function contextScores(
  text: Uint32Array,
  { first, second }: { readonly first: Range; readonly second: Range },
  properties: readonly LevelledProperty[],
  order: number,
): number[] {
  const P = properties.length;
  const symbols = symbolsOf(text);
  const contexts = new Contexts(symbols, order);
  const counts: number[] = [0];
  /** Sums of the properties' weights by context; context 0 is the empty one. */
  const sums: number[] = new Array<number>(P).fill(0);
  const path = new Int32Array(order + 1);
  for (let i = first.from; i < first.to; i++) {
    contexts.at(i, path, true);
    for (const context of path) {
      counts[context] = (counts[context] ?? 0) + 1;
      for (let p = 0; p < P; p++) {
        const weight = properties[p].first.weights[properties[p].values[i]];
        sums[context * P + p] = (sums[context * P + p] ?? 0) + weight;
      }
    }
  }
  const ends = new Int32Array(second.to - second.from);
  for (let i = second.from; i < second.to; i++) ends[i - second.from] = contexts.at(i, path, false);
  return properties.map((property, p) => {
    const predictions = new Float64Array(counts.length);
    for (let c = 0; c < counts.length; c++) {
      // A shorter context has always been numbered before the longer ones.
      const prior = c === 0 ? 0 : predictions[contexts.shorter[c]];
      predictions[c] = (sums[c * P + p] + PRIOR * prior) / (counts[c] + PRIOR);
    }
    return scoreOf(predictions, ends, property, second);
  });
}

/** Scores predictions, one for each context: those that are equal are a bin. */
function scoreOf(
  predictions: Float64Array,
  ends: Int32Array,
  { values, second }: LevelledProperty,
  half: Range,
): number {
  const bins = [...new Set(predictions)].sort((a, b) => a - b);
  const binOf = new Map(bins.map((value, b) => [value, b]));
  const binOfContext = Int32Array.from(predictions, (value) => binOf.get(value) ?? 0);
  const counts = new Float64Array(bins.length);
  const sums = new Float64Array(bins.length);
  for (let i = 0; i < ends.length; i++) {
    const bin = binOfContext[ends[i]];
    counts[bin]++;
    sums[bin] += second.weights[values[half.from + i]];
  }
  return rankScore(second, counts, sums);
}

/** Numbers for the characters of a text, in the order in which they first occur, from 1. */
function symbolsOf(text: Uint32Array): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from(text, (codePoint) => {
    const found = numbers.get(codePoint);
    if (found !== undefined) return found;
    const made = Math.min(numbers.size + 1, MOST_SYMBOLS);
    numbers.set(codePoint, made);
    return made;
  });
}

/** Numbers for the contexts of a text, each longer one after its shorter one. */
class Contexts {
  /** The context without its first character, by context. */
  readonly shorter: number[] = [0];
  /** The context with one more character before it, by context and character. */
  private readonly longer = new Map<number, number>();

  constructor(
    private readonly symbols: Int32Array,
    private readonly order: number,
  ) {}

  /**
   * Writes the contexts that end with character i, from the empty one up; without `isNew`, those that are known, and the
   * longest known one in place of the others. @returns the last of them
   */
  at(i: number, path: Int32Array, isNew: boolean): number {
    let context = 0;
    path[0] = 0;
    for (let k = 1; k <= this.order; k++) {
      const key = context * (MOST_SYMBOLS + 1) + (this.symbols[i - k + 1] ?? 0);
      let next = this.longer.get(key);
      if (next === undefined && isNew) {
        next = this.shorter.length;
        this.shorter.push(context);
        this.longer.set(key, next);
      }
      if (next === undefined) {
        path.fill(context, k);
        break;
      }
      context = next;
      path[k] = context;
    }
    return context;
  }
}
