import { dynamicOptions } from './dynamic.js';
import { readingOptions } from './evaluation.js';
import { choice, flag, integer, type OptionTable, real, texts } from './option.js';
import { engineOptions } from './training.js';

export const contexts = ['line', 'stream'] as const;

/** The options of `score`. */
export const scoringOptions = {
  model: texts(
    'Models:',
    'a checkpoint, instead of the first argument; several for a column each, and the best',
    'json',
  ),
  context: choice('Scoring:', contexts, 'line', 'each line by itself, or as one text that goes on'),
  ...dynamicOptions,
  total: flag('Scoring:', 'bits of the whole line instead of bits per character'),
  sort: flag('Lines:', 'the most surprising line first; keeps all lines in memory'),
  top: integer('Lines:', undefined, 1, 1e9, 'only so many lines, the most surprising first'),
  above: real('Lines:', undefined, 0, 1e9, 'only lines of more bits than this'),
  'per-character': flag('Output:', 'one JSON object a line, with the bits of each character'),
  color: flag('Output:', 'each character in a colour that tells how surprising it is'),
  json: flag('Output:', 'one JSON object a line'),
  ...readingOptions,
  threads: { ...engineOptions.threads, description: 'worker threads (the cores available if not given)' },
  backend: engineOptions.backend,
} as const satisfies OptionTable;
