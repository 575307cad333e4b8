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
  const { task } = config;
  // Examples have their own lengths.
  const own = others.filter(([key]) => !(task && key === 'sequence'));
  return ['train', 'CORPUS', ...taskWords(task), ...own.flatMap(([key]) => [spelled(key), String(values[key])])];
}

function taskWords(task: TrainingConfig['task']): string[] {
  if (!task) return [];
  const { name, ...options } = task;
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== false);
  return [
    '--task',
    name,
    ...given.flatMap(([key, value]) => [spelled(key), ...(value === true ? [] : [String(value)])]),
  ];
}

/** Shortens a very long word for a message. */
export const shortened = (word: string): string => (word.length > 200 ? `${word.slice(0, 60)}…` : word);

/** Quotes a word for a shell. */
export function shellQuoted(word: string): string {
  if (process.platform === 'win32') return /^[\w./\\:@+,=-]+$/.test(word) ? word : `"${word}"`;
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
