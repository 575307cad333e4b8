import { file, flag, type OptionTable } from './option.js';

/** The options that every command has besides its own. */
export const commonOptions = {
  config: file('Configuration:', 'json', 'JSON file with values for options; what is typed comes before it'),
  'print-config': flag('Configuration:', 'only write the values of all options, as --config reads them'),
  'no-color': flag('Configuration:', 'no colours; the same as NO_COLOR=1'),
} as const satisfies OptionTable;
