import { readingOptions } from './measuring-options.js';
import { choice, file, flag, integer, type OptionTable, seed } from './option.js';
import { cells, machineOptions, shapeOptions } from './training-options.js';

export const precisions = ['float32', 'float64'] as const;
export type Precision = (typeof precisions)[number];

/** The options of `gradflow`. */
export const gradientFlowOptions = {
  distance: integer('Measure:', 100, 1, 10_000, 'how many characters to go back (K)'),
  positions: integer('Measure:', 64, 1, 100_000, 'places in the text that are averaged'),
  precision: choice('Measure:', precisions, 'float32', 'float64: exact to about 15 digits, and slow'),
  layer: integer(
    'Chart:',
    undefined,
    0,
    63,
    'layer to chart, counted from 0 (all of one model, the top ones of several, if not given)',
  ),
  cell: choice('Model:', cells, undefined, 'recurrent cell, without a checkpoint (all three if not given)'),
  layers: { ...shapeOptions.layers, default: 1 },
  hidden: shapeOptions.hidden,
  seed: seed(1, 'seed for the initial weights, and for a text that a model writes'),
  ...readingOptions,
  backend: machineOptions.backend,
  svg: file('Output:', 'svg', 'write the chart as SVG, - for standard output'),
  json: flag('Output:', 'write everything as one JSON object to standard output'),
} as const satisfies OptionTable;
