import { file, flag, type OptionTable } from './option.js';

/** The options of `inspect`. */
export const inspectOptions = {
  history: flag('Output:', 'also draw the losses of the training, step by step'),
  svg: file('Output:', 'svg', 'write the losses as a picture, - for standard output'),
  json: flag('Output:', 'everything as one JSON object on standard output'),
} as const satisfies OptionTable;
