import { file, flag, integer, largest, type OptionTable, real, seed, text, texts, type ValuesOf } from './option.js';
import { machineOptions } from './training-options.js';

/** The options of `sample`. */
export const samplingOptions = {
  temperature: real('Choice:', 1, 0, 100, 'below 1 bolder in its habits, above 1 wilder; 0 always the likeliest', 't'),
  topK: integer('Choice:', undefined, 1, largest, 'choose among the K likeliest characters only'),
  topP: real('Choice:', undefined, 0, 1, 'only among the likeliest that together have this share of the probability'),
  minP: real('Choice:', undefined, 0, 1, 'only among those with this share of the probability of the likeliest'),
  beam: integer('Choice:', undefined, 1, 1000, 'search for the likeliest text, keeping this many at each step'),
  best: flag('Choice:', 'the likeliest text that --beam 16 finds'),

  prime: text('Prime:', '', 'text to continue', 'p'),
  primeFile: file('Prime:', '', 'file with the text to continue, - for standard input'),
  escape: flag('Prime:', 'read \\n, \\r, \\t, \\\\ and \\u{1f600} in --prime, --stop and --separator'),
  noEcho: flag('Prime:', 'write only what is new, without the prime'),
  unknown: text('Prime:', 'error', 'characters of the prime that the model lacks: error, skip or replace=X'),

  length: integer(
    'End:',
    undefined,
    0,
    largest,
    'new characters at most; 1000 if not given, 100000 or more with --lines or --stop',
    'n',
  ),
  lines: integer('End:', undefined, 1, largest, 'end when this many new lines are complete', 'l'),
  stop: texts('End:', 'end in front of this text; may be given several times'),
  keepStop: flag('End:', 'end behind the text of --stop, not in front of it'),

  count: integer('Several:', 1, 1, largest, 'texts, each as --seed, --seed + 1, … give it', 'c'),
  separator: text('Several:', undefined, 'written behind each text; a line end where one is missing if not given'),
  null: flag('Several:', 'a NUL behind each text, for xargs -0', '0'),
  unique: flag('Several:', 'leave out texts that were there before, and go on until --count are written'),
  novel: file('Several:', '', 'leave out lines (or texts of several lines) that stand in this text'),

  seed: seed(undefined, 'seed of the draw; a new one each time if not given'),
  json: flag('Output:', 'an object a text, with the probability of each character'),
  color: flag('Output:', 'colour each character by how surprising it was'),
  threads: {
    ...machineOptions.threads,
    description: 'worker threads for many texts (the cores available if not given)',
  },
  backend: machineOptions.backend,
  raw: flag('Output:', 'control characters to a terminal as they are, not as \\u{1b}; files and pipes get them always'),
} as const satisfies OptionTable;
export type SamplingOptions = ValuesOf<typeof samplingOptions>;
