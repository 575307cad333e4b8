import { flag, integer, largest, type OptionTable, real, seed, text, type ValuesOf } from './option.js';

/** The options of `sample`. */
export const samplingOptions = {
  length: integer('Sampling:', 1000, 0, largest, 'characters to write, the prime not counted', 'n'),
  temperature: real(
    'Sampling:',
    1,
    0,
    100,
    'below 1 bolder in its habits, above 1 wilder; 0 always the likeliest',
    't',
  ),
  prime: text('Sampling:', '', 'text to continue', 'p'),
  seed: seed(undefined, 'seed of the draw; a new one each time if not given'),
  raw: flag(
    'Sampling:',
    'control characters to a terminal as they are, not as \\u{1b}; files and pipes get them always',
  ),
} as const satisfies OptionTable;
export type SamplingOptions = ValuesOf<typeof samplingOptions>;
