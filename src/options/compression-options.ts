import { dynamicOptions, readingOptions } from './measuring-options.js';
import { choice, file, integer, type OptionTable } from './option.js';
import { readingMachineOptions, trainOutputOptions } from './training-options.js';

/** Backends with the same bits on every machine. */
export const exactBackends = ['auto', 'wasm'] as const;

/** The options of `decompress`. */
export const decompressionOptions = {
  output: file('Output:', '', 'file to write; standard output if not given', 'o'),
  quiet: trainOutputOptions.quiet,
  threads: readingMachineOptions.threads,
  backend: choice('Machine:', exactBackends, 'auto', 'what computes; both give the same bits'),
} as const satisfies OptionTable;

/** The options of `compress`. */
export const compressionOptions = {
  ...dynamicOptions,
  streams: integer('Text:', undefined, 1, 256, 'parts to compress in parallel (one for each 16 KiB if not given)'),
  encoding: { ...readingOptions.encoding, group: 'Text:' },
  ...decompressionOptions,
} as const satisfies OptionTable;
