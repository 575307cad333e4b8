import type { Given } from '../src/options/option.js';
import {
  defaults,
  type TrainingConfig,
  type TrainingValues,
  trainingConfig,
  withGiven,
} from '../src/options/training-options.js';

/** Options by key, regardless of their config. */
export type Changes = Given<TrainingValues>;

/** The defaults with these changes. */
export const configOf = (changes: Changes): TrainingConfig => withGiven(defaults, trainingConfig(changes));
