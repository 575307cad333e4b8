import { flag, integer, type OptionTable, real, type ValuesOf } from './option.js';

/** The options of dynamic evaluation. */
export const dynamicOptions = {
  dynamic: flag('Dynamic:', 'also let the model learn from what it has read'),
  'dynamic-segment': integer('Dynamic:', 20, 1, 10_000, 'characters between two steps of adaptation'),
  'dynamic-rate': real('Dynamic:', 2e-4, 0, 1, 'size of a step'),
  'dynamic-decay': real('Dynamic:', 2e-3, 0, 1, 'share of the way back to the trained weights in each step'),
} as const satisfies OptionTable;
export type DynamicValues = ValuesOf<typeof dynamicOptions>;
