import { choice, flag, integer, type OptionTable, real, seed, type ValuesOf } from './option.js';
import { cells, model } from './training.js';

/** The options of `gradcheck`. */
export const gradcheckOptions = {
  cell: choice('Model:', cells, undefined, 'recurrent cell; all three if not given'),
  layers: { ...model.layers, to: 8 },
  hidden: { ...model.hidden, default: 6, to: 64 },
  batch: integer('Model:', 3, 1, 32, 'batch size (N)'),
  sequence: integer('Model:', 5, 1, 64, 'sequence length (T)'),
  dropout: real('Model:', 0.25, 0, 0.95, 'share of activations dropped, by masks that stay the same'),
  'locked-dropout': flag('Model:', 'the same activations are dropped in all steps'),
  'weight-drop': real('Model:', 0, 0, 0.95, 'share of recurrent weights dropped'),
  seed: seed(1, 'seed of weights, states and text'),
  json: flag('Output:', 'the result as one JSON object on standard output'),
} as const satisfies OptionTable;
export type GradcheckOptions = ValuesOf<typeof gradcheckOptions>;
