// Spelling for the command line: options, shell words, and suggestions for misspelt words.

import { type Message, textOf } from '../errors.js';
import { kebab, type Option } from '../options/option.js';
import { type TrainingConfig, trainingOptions, trainingValues } from '../options/training-options.js';

/** Spells an option as it is typed: `--clip-norm`. */
export const spelled = (key: string): string => `--${kebab(key)}`;

/** Returns all spellings of an option: `--output`, `-o`. */
export const spellings = ([key, { alias }]: readonly [string, Option]): string[] =>
  alias ? [spelled(key), `-${alias}`] : [spelled(key)];

/**
 * Returns what completes the value of an option: a list of words, or a file with this extension ('' for any); undefined
 * for a number or any text.
 */
export function valuesToComplete(option: Option): readonly string[] | string | undefined {
  if (option.type === 'choice') return option.choices;
  return option.type === 'text' || option.type === 'texts' ? option.file : undefined;
}

/** Returns the text of a message, with options spelled as they are typed. */
export const spelledText = (message: Message): string => textOf(message, spelled);

/** Returns the values of a config under the names that `--config` and checkpoints use. */
export const namedValues = (config: TrainingConfig): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(trainingValues(config)).map(([key, value]) => [kebab(key), value]));

/** Returns the words `train`, `CORPUS`, and every option that differs from its default. */
export function trainingCommand(config: TrainingConfig): string[] {
  const values: Readonly<Record<string, unknown>> = trainingValues(config);
  const others = Object.entries(trainingOptions).filter(
    ([key, option]) => values[key] !== undefined && values[key] !== option.default,
  );
  // Examples have their own lengths, so their sequence length cannot be given.
  const own = others.filter(([key]) => !config.task || key !== 'sequence');
  return ['train', 'CORPUS', ...taskWords(config.task), ...own.flatMap(([key]) => [spelled(key), String(values[key])])];
}

function taskWords(task: TrainingConfig['task']): string[] {
  if (!task) return [];
  const { name, balance, reverseSource, truncate } = task;
  const flags = [...(balance ? [spelled('balance')] : []), ...(reverseSource ? [spelled('reverseSource')] : [])];
  return [spelled('task'), name, ...flags, ...(truncate === undefined ? [] : [spelled('truncate'), String(truncate)])];
}

/** Shortens a very long word for a message. */
export const shortened = (word: string): string => (word.length > 200 ? `${word.slice(0, 60)}…` : word);

/** Quotes a word for a shell. */
export function shellQuoted(word: string): string {
  if (process.platform === 'win32') return /^[\w./\\:@+,=-]+$/.test(word) ? word : `"${word}"`;
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Returns the candidate nearest to a word, or undefined when none is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const bound = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let smallest = bound + 1;
  for (const candidate of candidates) {
    // A lower bound of the distance, checked first because a very long word would take very long.
    if (Math.abs(word.length - candidate.length) >= smallest) continue;
    const distance = editDistance(word, candidate);
    if (distance < smallest) {
      best = candidate;
      smallest = distance;
    }
  }
  return best;
}

/** Returns the fewest insertions, deletions, replacements and swaps of neighbours that turn one word into another. */
export function editDistance(a: string, b: string): number {
  // distances[i][j]: from the first i characters of a to the first j characters of b
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
