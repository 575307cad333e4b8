import { readingOptions } from './measuring-options.js';
import { flag, integer, largest, type OptionTable } from './option.js';
import { readingMachineOptions } from './training-options.js';

/** The options of `translate`. */
export const translationOptions = {
  beam: integer('Search:', 1, 1, 1000, 'keep this many candidates at each step; 1 takes the likeliest character'),
  length: integer('Search:', 1000, 1, largest, 'maximum number of characters of an answer', 'n'),
  json: flag('Output:', 'write one JSON object per line'),
  ...readingOptions,
  ...readingMachineOptions,
} as const satisfies OptionTable;
