// Every option of every command, declared once. From these tables come the types, the validation, yargs's builders,
// the help and the tables of the documentation.

export * from './options/common.js';
export * from './options/dynamic.js';
export * from './options/evaluation.js';
export * from './options/gradcheck.js';
export * from './options/inspect.js';
export type {
  ChoiceOption,
  FlagOption,
  NumberOption,
  Option,
  OptionTable,
  TextOption,
  TextsOption,
  ValuesOf,
} from './options/option.js';
export * from './options/sampling.js';
export * from './options/scoring.js';
export * from './options/training.js';
