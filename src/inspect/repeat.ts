import type { TrainingRecord } from '../checkpoint/checkpoint.js';
import { corpusOptions, trainingOptions } from '../options.js';

/** `train`, what stands for the corpus, and every option that is not what it would be by itself. */
export function repeatingArguments(options: TrainingRecord['options']): string[] {
  const values: Readonly<Record<string, unknown>> = options;
  const others = Object.entries({ ...trainingOptions, ...corpusOptions }).filter(
    ([name, option]) => values[name] !== undefined && values[name] !== option.default,
  );
  return ['train', 'CORPUS', ...others.flatMap(([name]) => [`--${name}`, String(values[name])])];
}
