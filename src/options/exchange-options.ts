import { choice, file, type OptionTable } from './option.js';
import { trainOutputOptions } from './training-options.js';

export const exchangeFormats = ['safetensors', 'onnx'] as const;
export type ExchangeFormat = (typeof exchangeFormats)[number];

/** The options of `export`. */
export const exportOptions = {
  format: choice('Output:', exchangeFormats, undefined, 'format (that of the extension of --output if not given)'),
  output: file('Output:', '', 'file to write; required', 'o'),
  quiet: trainOutputOptions.quiet,
} as const satisfies OptionTable;

/** The options of `import`. */
export const importOptions = {
  vocabulary: file('Input:', 'json', 'characters in the order of their rows, a JSON list (in the file if not given)'),
  output: file('Output:', 'json', 'checkpoint to write; required', 'o'),
  quiet: trainOutputOptions.quiet,
} as const satisfies OptionTable;
