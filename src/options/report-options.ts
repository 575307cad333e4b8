import { readingOptions, splits } from './measuring-options.js';
import { choice, file, integer, type OptionTable, seed, text, texts } from './option.js';
import { readingMachineOptions, trainOutputOptions } from './training-options.js';

/** The options of `report`. */
export const reportOptions = {
  text: texts(
    'Text:',
    'text to read: files, folders, globs or - for standard input; may be repeated (a sample if not given)',
    '',
  ),
  split: choice('Text:', splits, 'all', 'part to read: the whole text, or what training read or held out of it'),
  characters: integer(
    'Text:',
    1_000_000,
    100,
    10_000_000,
    'longest text to show; the rest of a longer one is not read',
  ),
  encoding: { ...readingOptions.encoding, group: 'Text:' },
  log: texts('Runs:', 'log of a run, of these checkpoints or of another; may be repeated', 'jsonl'),
  watch: file('Runs:', 'jsonl', 'serve a page that follows the log of a run while it is written; Ctrl-C ends it'),
  port: integer('Runs:', 0, 0, 65535, 'port of the page that follows a log; 0 for any free one'),
  output: { ...text('Output:', 'report.html', 'file of the page, - for standard output', 'o'), file: 'html' },
  seed: seed(1, 'seed for the samples'),
  ...readingMachineOptions,
  quiet: trainOutputOptions.quiet,
} as const satisfies OptionTable;
