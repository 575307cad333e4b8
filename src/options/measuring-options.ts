import { choice, file, flag, integer, largest, type OptionTable, real, seed, texts, type ValuesOf } from './option.js';
import { taskFileOptions, tasks } from './task-options.js';
import {
  cells,
  dropoutMasks,
  encodings,
  machineOptions,
  rankOptions,
  readingMachineOptions,
  shapeOptions,
} from './training-options.js';

/** The options of dynamic evaluation. */
export const dynamicOptions = {
  dynamic: flag('Dynamic:', 'let the model also learn from the text as it reads'),
  dynamicSegment: integer('Dynamic:', 20, 1, 10_000, 'characters between adaptation steps'),
  dynamicRate: real('Dynamic:', 2e-4, 0, 1, 'size of an adaptation step'),
  dynamicDecay: real('Dynamic:', 2e-3, 0, 1, 'fraction of the way back to the trained weights at each step'),
} as const satisfies OptionTable;
export type DynamicValues = ValuesOf<typeof dynamicOptions>;

export const splits = ['all', 'training', 'validation'] as const;
export type Split = (typeof splits)[number];

/** The options for reading a text to measure. */
export const readingOptions = {
  encoding: choice('Corpus:', encodings, undefined, 'encoding of the text (as in training if not given)'),
} as const satisfies OptionTable;

/** The options of `eval`. */
export const evaluationOptions = {
  split: choice('Evaluation:', splits, 'all', 'part to measure: the whole text, or what training read or held out'),
  warmUp: integer('Evaluation:', 0, 0, largest, 'characters at the start of each text that are read but not counted'),
  window: integer(
    'Evaluation:',
    undefined,
    1,
    1e9,
    'forget everything after this many predictions (never if not given)',
  ),
  vectors: { ...taskFileOptions.vectors, group: 'Evaluation:' },
  ...dynamicOptions,
  ...readingOptions,
  ...readingMachineOptions,
  ...rankOptions,
  json: flag('Output:', 'write everything as one JSON object to standard output'),
} as const satisfies OptionTable;

export const contexts = ['line', 'stream'] as const;

/** The options of `score`. */
export const scoringOptions = {
  model: texts(
    'Models:',
    'checkpoint, in place of the first argument; repeat for a column per model and the best',
    'json',
  ),
  context: choice('Scoring:', contexts, 'line', 'line: each line by itself; stream: the lines as one continuous text'),
  ...dynamicOptions,
  total: flag('Scoring:', 'total bits of each line instead of bits per character'),
  sort: flag('Lines:', 'sort by surprise, highest first; keeps all lines in memory'),
  top: integer('Lines:', undefined, 1, 1e9, 'only this many lines, the most surprising first'),
  minLength: integer(
    'Lines:',
    8,
    0,
    largest,
    'shorter lines are sorted last and never pass the threshold; ignored for total bits',
  ),
  above: real('Lines:', undefined, 0, 1e9, 'only lines with more bits than this threshold'),
  perCharacter: flag('Output:', 'write one JSON object per line, with the bits of each character'),
  color: flag('Output:', 'colour each character by how surprising it is'),
  json: flag('Output:', 'write one JSON object per line'),
  ...readingOptions,
  ...readingMachineOptions,
  ...rankOptions,
} as const satisfies OptionTable;

/** The options of `label`. */
export const labelOptions = {
  top: integer('Labels:', undefined, 1, 1e6, 'this many labels for each line, the most probable first'),
  threshold: real('Labels:', 0, 0, 1, 'write "unsure" for a line whose label is less probable than this'),
  json: flag('Output:', 'write one JSON object per line, with the probabilities of all labels'),
  ...readingOptions,
  ...readingMachineOptions,
} as const satisfies OptionTable;

/** The options of `gradcheck`. */
export const gradcheckOptions = {
  cell: choice('Model:', cells, undefined, 'recurrent cell (all three if not given)'),
  task: choice('Model:', tasks, undefined, 'examples of a task, of uneven length, in place of a text'),
  layers: { ...shapeOptions.layers, to: 8 },
  hidden: { ...shapeOptions.hidden, default: 6, to: 64 },
  batch: integer('Model:', 3, 1, 32, 'batch size (N)'),
  sequence: integer('Model:', 5, 1, 64, 'sequence length (T)'),
  dropout: real('Model:', 0.25, 0, 0.95, 'fraction of activations dropped, with fixed masks'),
  dropoutMask: choice(
    'Model:',
    dropoutMasks,
    'free',
    'locked: drop the same activations at every step; free: others at each',
  ),
  weightDrop: real('Model:', 0, 0, 0.95, 'fraction of recurrent weights dropped'),
  seed: seed(1, 'seed for the weights, states and text'),
  backend: machineOptions.backend,
  json: flag('Output:', 'write the result as one JSON object to standard output'),
} as const satisfies OptionTable;
export type GradcheckOptions = ValuesOf<typeof gradcheckOptions>;

/** The options of `inspect`. */
export const inspectOptions = {
  history: flag('Output:', 'also chart the losses over the training run'),
  svg: file('Output:', 'svg', 'write a chart of the losses as SVG, - for standard output'),
  json: flag('Output:', 'write everything as one JSON object to standard output'),
} as const satisfies OptionTable;
