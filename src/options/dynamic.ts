import { flag, integer, type OptionTable, real, type ValuesOf } from './option.js';

/** The options of dynamic evaluation, of `eval` and of `score`. */
export const dynamicOptions = {
  dynamic: flag('Dynamic evaluation:', 'besides, by a model that goes on learning from the text that it has read'),
  'dynamic-segment': integer('Dynamic evaluation:', 20, 1, 65536, 'characters between two steps of learning'),
  'dynamic-rate': real('Dynamic evaluation:', 2e-4, 0, 1, 'learning rate of a step'),
  'dynamic-decay': real('Dynamic evaluation:', 2e-3, 0, 1, 'share of the way back to the trained weights of a step'),
} as const satisfies OptionTable;
export type DynamicEvaluationOptions = ValuesOf<typeof dynamicOptions>;
