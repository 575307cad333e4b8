import { readingOptions, splits } from './measuring-options.js';
import { choice, integer, type OptionTable, real, seed, text, texts } from './option.js';
import { readingMachineOptions, trainOutputOptions } from './training-options.js';

export const precisions = ['single', 'half'] as const;

/** The options of `page`: most are what the page shows at first; its reader may change them. */
export const pageOptions = {
  prime: text('Text:', '', 'text to continue', 'p'),
  temperature: real('Text:', 0.8, 0, 2, 'below 1 more predictable, above 1 more varied; 0 always the likeliest', 't'),
  topP: real('Text:', 1, 0, 1, 'only among the likeliest characters that together have this probability'),
  length: integer('Text:', 1000, 1, 100_000, 'characters to write', 'n'),
  title: text('Page:', undefined, "heading of the page (the checkpoint's name if not given)"),
  precision: choice('Page:', precisions, 'single', 'half: half the size; what it costs is measured on --text'),
  output: { ...text('Page:', 'play.html', 'file of the page, - for standard output', 'o'), file: 'html' },
  quiet: { ...trainOutputOptions.quiet, group: 'Page:' },
  text: texts(
    'Rounding:',
    'text to measure the cost of half precision on: files, folders or globs; may be repeated',
    '',
  ),
  split: choice('Rounding:', splits, 'all', 'part to measure: the whole text, or what training read or held out'),
  encoding: { ...readingOptions.encoding, group: 'Rounding:' },
  seed: seed(undefined, 'seed of the first text (another one whenever the page is opened if not given)'),
  ...readingMachineOptions,
} as const satisfies OptionTable;
