// How things are spelled where people type them: options, words of a shell, and what was probably meant.

import { type Message, textOf } from '../errors.js';
import { kebab, type Option } from '../options/option.js';
import { type TrainingConfig, trainingOptions, trainingValues } from '../options/training-options.js';

/** An option as it is typed: `--clip-norm`. */
export const spelled = (key: string): string => `--${kebab(key)}`;

/** An option in all the ways that it is typed: `--output`, `-o`. */
export const spellings = ([key, { alias }]: readonly [string, Option]): string[] =>
  alias ? [spelled(key), `-${alias}`] : [spelled(key)];

/**
 * What may be the value of an option: one of some words, or a file, with this extension unless it is ''; undefined where
 * that is a number or any text.
 */
export function valuesToComplete(option: Option): readonly string[] | string | undefined {
  if (option.type === 'choice') return option.choices;
  return option.type === 'text' || option.type === 'texts' ? option.file : undefined;
}

/** A message in which options stand as they are typed. */
export const spelledText = (message: Message): string => textOf(message, spelled);

/** The values of a config by their names, as `--config` and a checkpoint have them. */
export const namedValues = (config: TrainingConfig): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(trainingValues(config)).map(([key, value]) => [kebab(key), value]));

/** `train`, what stands for the corpus, and every option that is not what it would be by itself. */
export function trainingCommand(config: TrainingConfig): string[] {
  const values: Readonly<Record<string, unknown>> = trainingValues(config);
  const others = Object.entries(trainingOptions).filter(
    ([key, option]) => values[key] !== undefined && values[key] !== option.default,
  );
  return ['train', 'CORPUS', ...others.flatMap(([key]) => [spelled(key), String(values[key])])];
}

/** A word as messages quote it: of a very long one the beginning. */
export const shortened = (word: string): string => (word.length > 200 ? `${word.slice(0, 60)}…` : word);

/** A word as it is typed into a shell. */
export function shellQuoted(word: string): string {
  if (process.platform === 'win32') return /^[\w./\\:@+,=-]+$/.test(word) ? word : `"${word}"`;
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The candidate most like a word, or undefined when none is so near that it may have been meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const bound = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let smallest = bound + 1;
  for (const candidate of candidates) {
    // Their distance is at least this; without a look at it, a very long word would take very long.
    if (Math.abs(word.length - candidate.length) >= smallest) continue;
    const distance = editDistance(word, candidate);
    if (distance < smallest) {
      best = candidate;
      smallest = distance;
    }
  }
  return best;
}

/** The fewest insertions, deletions, replacements and swaps of neighbours that turn one word into another. */
export function editDistance(a: string, b: string): number {
  // distances[i][j]: from the first i characters of a to the first j of b
  const distances = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) distances[0][j] = j;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const replaced = distances[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      distances[i][j] = Math.min(distances[i - 1][j] + 1, distances[i][j - 1] + 1, replaced);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) distances[i][j] = Math.min(distances[i][j], distances[i - 2][j - 2] + 1);
    }
  }
  return distances[a.length][b.length];
}
