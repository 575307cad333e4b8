import { readingOptions } from './measuring-options.js';
import { choice, file, flag, integer, type OptionTable, texts, type ValuesOf } from './option.js';
import { machineOptions } from './training-options.js';

/** The properties of a text that are searched for, in the order in which they are shown. */
export const propertyNames = [
  ...['quotes', 'parentheses', 'brackets', 'depth', 'comments', 'column', 'line-end', 'indentation'],
  ...['capitals', 'digits', 'word', 'word-length', 'speaker'],
] as const;

/** Which values of a cell are looked at. */
export const unitStates = ['h', 'c', 'gates', 'all'] as const;

/** The options of `neurons`. */
export const neuronOptions = {
  property: texts('Search:', `search only for this property; may be repeated: ${propertyNames.join(', ')}`),
  regex: texts('Search:', 'search for a property of your own: inside a match of this regular expression'),
  marks: texts('Search:', 'search for a property of your own: a file with a 0 or 1 for each character', ''),
  top: integer('Search:', 1, 1, 1000, 'units to show for each property, or places for a unit'),
  unit: texts('Units:', 'show this unit along the text instead of searching: layer:state:index, such as 0:c:17'),
  state: choice('Units:', unitStates, undefined, 'states or gates to look at (h, and c if there is one, if not given)'),
  layer: integer('Units:', undefined, 0, 255, 'look only at this layer, counted from 0'),
  values: file('Output:', 'npy', 'write the values along the text to a .npy or .jsonl file instead of searching'),
  json: flag('Output:', 'write everything as one JSON object to standard output'),
  ...readingOptions,
  backend: machineOptions.backend,
} as const satisfies OptionTable;
export type NeuronValues = ValuesOf<typeof neuronOptions>;
