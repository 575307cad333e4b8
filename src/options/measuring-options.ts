import { choice, file, flag, integer, largest, type OptionTable, real, seed, texts, type ValuesOf } from './option.js';
import { cells, dropoutMasks, encodings, readingMachineOptions, shapeOptions } from './training-options.js';

/** The options of dynamic evaluation. */
export const dynamicOptions = {
  dynamic: flag('Dynamic:', 'also let the model learn from what it has read'),
  dynamicSegment: integer('Dynamic:', 20, 1, 10_000, 'characters between two steps of adaptation'),
  dynamicRate: real('Dynamic:', 2e-4, 0, 1, 'size of a step'),
  dynamicDecay: real('Dynamic:', 2e-3, 0, 1, 'share of the way back to the trained weights in each step'),
} as const satisfies OptionTable;
export type DynamicValues = ValuesOf<typeof dynamicOptions>;

export const splits = ['all', 'training', 'validation'] as const;
export type Split = (typeof splits)[number];

/** The options of how a text to be measured is read. */
export const readingOptions = {
  encoding: choice('Corpus:', encodings, undefined, "encoding of the text (the training's if not given)"),
} as const satisfies OptionTable;

/** The options of `eval`. */
export const evaluationOptions = {
  split: choice('Evaluation:', splits, 'all', 'the whole text, or the part that training read or held out'),
  warmUp: integer(
    'Evaluation:',
    0,
    0,
    largest,
    'characters at the beginning of each text that are read, but not counted',
  ),
  window: integer('Evaluation:', undefined, 1, 1e9, 'forget everything after so many predictions (never if not given)'),
  ...dynamicOptions,
  ...readingOptions,
  ...readingMachineOptions,
  json: flag('Output:', 'everything as one JSON object on standard output'),
} as const satisfies OptionTable;

export const contexts = ['line', 'stream'] as const;

/** The options of `score`. */
export const scoringOptions = {
  model: texts(
    'Models:',
    'a checkpoint, instead of the first argument; several for a column each, and the best',
    'json',
  ),
  context: choice('Scoring:', contexts, 'line', 'each line by itself, or as one text that goes on'),
  ...dynamicOptions,
  total: flag('Scoring:', 'bits of the whole line instead of bits per character'),
  sort: flag('Lines:', 'the most surprising line first; keeps all lines in memory'),
  top: integer('Lines:', undefined, 1, 1e9, 'only so many lines, the most surprising first'),
  minLength: integer(
    'Lines:',
    8,
    0,
    largest,
    'lines of fewer characters come last with --sort and --top, and are never --above; not with --total',
  ),
  above: real('Lines:', undefined, 0, 1e9, 'only lines of more bits than this'),
  perCharacter: flag('Output:', 'one JSON object a line, with the bits of each character'),
  color: flag('Output:', 'each character in a colour that tells how surprising it is'),
  json: flag('Output:', 'one JSON object a line'),
  ...readingOptions,
  ...readingMachineOptions,
} as const satisfies OptionTable;

/** The options of `gradcheck`. */
export const gradcheckOptions = {
  cell: choice('Model:', cells, undefined, 'recurrent cell; all three if not given'),
  layers: { ...shapeOptions.layers, to: 8 },
  hidden: { ...shapeOptions.hidden, default: 6, to: 64 },
  batch: integer('Model:', 3, 1, 32, 'batch size (N)'),
  sequence: integer('Model:', 5, 1, 64, 'sequence length (T)'),
  dropout: real('Model:', 0.25, 0, 0.95, 'share of activations dropped, by masks that stay the same'),
  dropoutMask: choice('Model:', dropoutMasks, 'free', 'locked: the same activations are dropped in all steps'),
  weightDrop: real('Model:', 0, 0, 0.95, 'share of recurrent weights dropped'),
  seed: seed(1, 'seed of weights, states and text'),
  json: flag('Output:', 'the result as one JSON object on standard output'),
} as const satisfies OptionTable;
export type GradcheckOptions = ValuesOf<typeof gradcheckOptions>;

/** The options of `inspect`. */
export const inspectOptions = {
  history: flag('Output:', 'also draw the losses of the training, step by step'),
  svg: file('Output:', 'svg', 'write the losses as a picture, - for standard output'),
  json: flag('Output:', 'everything as one JSON object on standard output'),
} as const satisfies OptionTable;
