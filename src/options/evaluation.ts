import { dynamicOptions } from './dynamic.js';
import { choice, flag, integer, largest, type OptionTable } from './option.js';
import { encodings, engineOptions } from './training.js';

export const splits = ['all', 'training', 'validation'] as const;
export type Split = (typeof splits)[number];

/** The options of how a text to be measured is read. */
export const readingOptions = {
  encoding: choice('Corpus:', encodings, undefined, "encoding of the text (the training's if not given)"),
} as const satisfies OptionTable;

/** The options of `eval`. */
export const evaluationOptions = {
  split: choice('Evaluation:', splits, 'all', 'the whole text, or the part that training read or held out'),
  'warm-up': integer(
    'Evaluation:',
    0,
    0,
    largest,
    'characters at the beginning of each text that are read, but not counted',
  ),
  window: integer('Evaluation:', undefined, 1, 1e9, 'forget everything after so many predictions (never if not given)'),
  ...dynamicOptions,
  ...readingOptions,
  threads: { ...engineOptions.threads, description: 'worker threads (the cores available if not given)' },
  backend: engineOptions.backend,
  json: flag('Output:', 'everything as one JSON object on standard output'),
} as const satisfies OptionTable;
