import { file, flag, integer, largest, type OptionTable, real, seed, text, texts, type ValuesOf } from './option.js';
import { machineOptions } from './training-options.js';

/** The options of `sample`. */
export const samplingOptions = {
  temperature: real('Choice:', 1, 0, 100, 'below 1 more predictable, above 1 more varied; 0 always the likeliest', 't'),
  topK: integer('Choice:', undefined, 1, largest, 'choose only among the K likeliest characters'),
  topP: real('Choice:', undefined, 0, 1, 'only among the likeliest characters that together have this probability'),
  minP: real(
    'Choice:',
    undefined,
    0,
    1,
    "only among characters with at least this fraction of the likeliest one's probability",
  ),
  beam: integer(
    'Choice:',
    undefined,
    1,
    1000,
    'search for the likeliest text, keeping this many candidates at each step',
  ),
  best: flag('Choice:', 'write the likeliest text that a beam search of width 16 finds'),

  given: text(
    'Prime:',
    undefined,
    'what to describe: a label that the model knows, or for a model of vectors a file such as vectors.npy',
    'g',
  ),
  prime: text('Prime:', '', 'text to continue', 'p'),
  primeFile: file('Prime:', '', 'file with the text to continue, - for standard input'),
  escape: flag('Prime:', 'interpret \\n, \\r, \\t, \\\\ and \\u{1f600} in the prime, stop text and separator'),
  noEcho: flag('Prime:', 'write only the new text, without the prime'),
  unknown: text('Prime:', 'error', 'what to do about unknown characters in the prime: error, skip or replace=X'),

  length: integer(
    'End:',
    undefined,
    0,
    largest,
    'maximum number of new characters (1000 if not given, 100000 or more with a line limit or stop text)',
    'n',
  ),
  lines: integer('End:', undefined, 1, largest, 'end after this many complete new lines', 'l'),
  stop: texts('End:', 'end before this text; may be repeated'),
  keepStop: flag('End:', 'end after the stop text, not before it'),

  count: integer('Several:', 1, 1, largest, 'number of texts, each with the next seed', 'c'),
  separator: text('Several:', undefined, 'written after each text (a line end where one is missing if not given)'),
  null: flag('Several:', 'write a NUL after each text, for xargs -0', '0'),
  unique: flag('Several:', 'leave out repeated texts, and continue until the full number is written'),
  novel: file('Several:', '', 'leave out lines (or texts of several lines) that occur in this file'),

  seed: seed(undefined, 'random seed (a new one each time if not given)'),
  json: flag('Output:', 'write one JSON object per text, with the probability of each character'),
  color: flag('Output:', 'colour each character by how surprising it was'),
  threads: {
    ...machineOptions.threads,
    description: 'worker threads for several texts (the available cores if not given)',
  },
  backend: machineOptions.backend,
  raw: flag(
    'Output:',
    'write control characters to a terminal as they are, not as \\u{1b}; files and pipes always get them so',
  ),
} as const satisfies OptionTable;
export type SamplingOptions = ValuesOf<typeof samplingOptions>;
