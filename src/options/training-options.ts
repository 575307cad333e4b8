import {
  type ConfigOf,
  choice,
  chosen,
  configured,
  defaultsOf,
  file,
  flag,
  type Given,
  integer,
  largest,
  type OptionTable,
  real,
  seed,
  text,
  type ValuesOf,
} from './option.js';

import type { TaskConfig } from './task-options.js';

export const cells = ['rnn', 'lstm', 'gru'] as const;
export type CellName = (typeof cells)[number];

export const optimizers = ['sgd', 'rmsprop', 'adagrad', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof optimizers)[number];

/** Moments of the gradient: m is its mean, v the mean of its squares. */
export type MomentName = 'm' | 'v';

/** The moments that each optimizer keeps. */
export const momentsOf: Readonly<Record<OptimizerName, readonly MomentName[]>> = {
  sgd: ['m'],
  rmsprop: ['v'],
  adagrad: ['v'],
  adam: ['m', 'v'],
  adamw: ['m', 'v'],
};

export const schedules = ['constant', 'step', 'cosine'] as const;
export type ScheduleName = (typeof schedules)[number];

export const backends = ['auto', 'wasm', 'fused', 'blas'] as const;
export type BackendName = (typeof backends)[number];
export const defaultBackend: BackendName = 'auto';

export const encodings = ['utf8', 'latin1'] as const;
export type Encoding = (typeof encodings)[number];

export const presets = ['tiny', 'small', 'medium', 'large'] as const;
export type PresetName = (typeof presets)[number];

export const dropoutMasks = ['locked', 'free'] as const;

/** The options for the shape of a model, shared by `train` and `gradcheck`. */
export const shapeOptions = {
  layers: integer('Model:', 2, 1, 64, 'stacked recurrent layers (L)'),
  hidden: integer('Model:', 128, 1, 16384, 'hidden size of each layer (H)'),
} as const;

/**
 * The options that determine what a training run computes, in the order of checkpoints and the help. The same values,
 * corpus and seed produce the same bytes.
 */
export const trainingOptions = {
  ...configured('model', {
    cell: choice('Model:', cells, 'lstm', 'recurrent cell'),
    layers: chosen(shapeOptions.layers),
    hidden: chosen(shapeOptions.hidden),
    dropout: chosen(
      real('Model:', 0, 0, 0.95, 'fraction of activations dropped between layers and before the decoder'),
    ),
    dropoutMask: choice(
      'Model:',
      dropoutMasks,
      'locked',
      'locked: drop the same activations at every step of a sequence; free: others at each',
    ),
    weightDrop: chosen(real('Model:', 0, 0, 0.95, 'fraction of recurrent weights dropped, others in each sequence')),
  }),
  ...configured('data', {
    batch: chosen(integer('Training:', 50, 1, 65536, 'batch size: parallel streams of text (N)')),
    sequence: chosen(integer('Training:', 50, 1, 65536, 'sequence length: steps of truncated back-propagation (T)')),
    accumulate: integer('Training:', 1, 1, 65536, 'batches whose gradients are summed for each step'),
  }),
  ...configured('run', {
    epochs: real(
      'Training:',
      undefined,
      0.001,
      1e6,
      'stop after this many passes over the corpus (chosen if no limit is given)',
    ),
    steps: integer('Training:', undefined, 1, largest, 'stop after this many steps'),
    minutes: { ...real('Training:', undefined, 0.001, 1e6, 'stop after this many minutes'), unit: 'minutes' },
  }),
  ...configured('optimizer', {
    optimizer: {
      ...choice('Optimizer:', optimizers, 'adam', 'update rule for the weights'),
      as: 'name',
    },
    learningRate: chosen(real('Optimizer:', 0.01, 1e-9, 100, 'peak learning rate')),
    momentum: real('Optimizer:', 0.9, 0, 0.9999, 'momentum (sgd)'),
    beta1: real('Optimizer:', 0.9, 0, 0.9999, 'decay of the first moment (adam, adamw)'),
    beta2: real('Optimizer:', 0.999, 0, 0.99999, 'decay of the second moment (adam, adamw)'),
    alpha: real('Optimizer:', 0.95, 0, 0.99999, 'decay of the squared gradient (rmsprop)'),
    epsilon: real('Optimizer:', 1e-8, 1e-12, 1, 'added to the square root of the second moment'),
    weightDecay: real('Optimizer:', 0.01, 0, 1, 'decoupled weight decay (adamw)'),
    clipNorm: real('Optimizer:', 5, 0, 1e6, 'maximum global norm of the gradient, 0 for no limit'),
    clipValue: real('Optimizer:', 0, 0, 1e6, 'maximum magnitude of each gradient component, 0 for no limit'),
    ema: real('Optimizer:', 0, 0, 0.99999, 'decay of the weight average that is validated and saved, 0 for none'),
  }),
  ...configured('schedule', {
    schedule: { ...choice('Schedule:', schedules, 'cosine', 'learning rate schedule'), as: 'name' },
    warmUp: integer('Schedule:', 0, 0, largest, 'steps over which the learning rate rises from zero'),
    decayFactor: real('Schedule:', 0.5, 0.0001, 1, 'factor of each decay (step schedule)'),
    decayEvery: real('Schedule:', 1, 0.001, 1e6, 'epochs between decays (step schedule)'),
    finalLearningRate: real('Schedule:', 0, 0, 1, 'fraction of the learning rate left at the end (cosine schedule)'),
  }),
  ...configured('data', {
    validation: real(
      'Validation:',
      0.1,
      0,
      0.5,
      'fraction of the corpus, at its end, held out for validation; 0 for none',
    ),
  }),
  ...configured('run', {
    validateEvery: integer(
      'Validation:',
      undefined,
      1,
      largest,
      'steps between validations (once per epoch if not given)',
    ),
    patience: integer(
      'Validation:',
      undefined,
      1,
      largest,
      'stop after this many validations without a lower loss (never if not given)',
    ),
    seed: seed(1, 'seed for the initial weights and dropout'),
  }),
  ...configured('data', {
    encoding: choice('Corpus:', encodings, 'utf8', 'encoding of the corpus'),
    minCount: integer('Corpus:', 1, 1, 1e9, 'characters rarer than this share one unknown symbol'),
  }),
} as const satisfies OptionTable;
export type TrainingValues = ValuesOf<typeof trainingOptions>;

/** The network: cell, sizes and dropout. */
export type ModelConfig = ConfigOf<typeof trainingOptions, 'model'>;
/** The text and the batches in which it is read. */
export type DataConfig = ConfigOf<typeof trainingOptions, 'data'>;
/** How gradients become weight updates. */
export type OptimizerConfig = ConfigOf<typeof trainingOptions, 'optimizer'>;
/** The learning rate over time. */
export type ScheduleConfig = ConfigOf<typeof trainingOptions, 'schedule'>;
/** How long a run lasts, how often it is measured, and its seed. */
export type RunConfig = ConfigOf<typeof trainingOptions, 'run'>;

/** Everything that determines what a training run computes. */
export interface TrainingConfig {
  readonly model: ModelConfig;
  readonly data: DataConfig;
  readonly optimizer: OptimizerConfig;
  readonly schedule: ScheduleConfig;
  readonly run: RunConfig;
  /** Undefined for a text that goes on. */
  readonly task?: TaskConfig | undefined;
}

type OptionConfigs = Omit<TrainingConfig, 'task'>;

/** A part of it; absent values are chosen or have their defaults. */
export type GivenConfig = { readonly [C in keyof OptionConfigs]: Given<OptionConfigs[C]> };

/** Where the value of an option is stored: its config, and its key there. */
export const placeOf = (key: keyof TrainingValues): readonly [config: keyof OptionConfigs, key: string] => {
  const option = trainingOptions[key];
  return [option.config, 'as' in option ? option.as : key];
};

/** Sorts values, by the keys of `trainingOptions`, into their configs. */
export function trainingConfig<V extends Given<TrainingValues>>(
  values: V,
): V extends TrainingValues ? TrainingConfig : GivenConfig {
  const config: Record<keyof OptionConfigs, Record<string, unknown>> = {
    ...{ model: {}, data: {}, optimizer: {}, schedule: {}, run: {} },
  };
  for (const [key, value] of Object.entries(values)) {
    const [part, name] = placeOf(key as keyof TrainingValues);
    config[part][name] = value;
  }
  return config as never;
}

/** The inverse: the values by the keys of `trainingOptions`, in their order. */
export function trainingValues(config: TrainingConfig): TrainingValues {
  const values = (Object.keys(trainingOptions) as (keyof TrainingValues)[]).map((key) => {
    const [part, name] = placeOf(key);
    return [key, (config[part] as Readonly<Record<string, unknown>>)[name]];
  });
  return Object.fromEntries(values);
}

/** The config of a training run for which nothing is given or chosen. */
export const defaults: TrainingConfig = trainingConfig(defaultsOf(trainingOptions));

/** Returns the config with the given values in place of its own. */
export function withGiven(config: TrainingConfig, given: GivenConfig): TrainingConfig {
  const replace = <T extends object>(all: T, some: Given<T>): T => {
    const present = Object.entries(some).filter(([, value]) => value !== undefined);
    return { ...all, ...Object.fromEntries(present) };
  };
  return {
    ...config,
    model: replace(config.model, given.model),
    data: replace(config.data, given.data),
    optimizer: replace(config.optimizer, given.optimizer),
    schedule: replace(config.schedule, given.schedule),
    run: replace(config.run, given.run),
  };
}

/** The options for how a run is computed; they do not change what it computes (blas: except for the last bits). */
export const machineOptions = {
  threads: integer(
    'Speed:',
    undefined,
    1,
    256,
    'worker threads (the available cores, at most the batch size, if not given)',
  ),
  backend: choice(
    'Speed:',
    backends,
    defaultBackend,
    "auto and wasm: the same bits everywhere; fused and blas (the system's): faster, with different last digits",
  ),
} as const satisfies OptionTable;
export type MachineConfig = ValuesOf<typeof machineOptions>;

/** The options for work that several processes share. */
export const rankOptions = {
  rankTimeout: integer('Speed:', 300, 1, 1e6, 'under mpirun: seconds to wait for another rank before the run ends'),
} as const satisfies OptionTable;

/** The same for work other than training. */
export const readingMachineOptions = {
  ...machineOptions,
  threads: { ...machineOptions.threads, description: 'worker threads (the available cores if not given)' },
} as const satisfies OptionTable;

/** The parts of a run's config that may change when it is resumed: its length and how often it is measured. */
export const resumable = ['epochs', 'steps', 'minutes', 'validateEvery', 'patience'] as const;

/** The options for what a training run starts from. */
export const beginningOptions = {
  preset: choice('Begin:', presets, undefined, 'model size (chosen for the time if not given)'),
  resume: file('Begin:', 'json', 'continue the training run of a checkpoint as if it had never stopped', 'r'),
  initFrom: file('Begin:', 'json', 'start a new training run from the weights of a checkpoint'),
  force: flag('Begin:', 'train on a charrnn checkpoint as if it were ordinary text'),
  extendVocabulary: flag('Begin:', 'with initial weights from a checkpoint: add the characters that it lacks'),
} as const satisfies OptionTable;

/** The options for what `train` shows and where it writes. */
export const trainOutputOptions = {
  output: {
    ...text(
      'Output:',
      'checkpoints/model.json',
      'checkpoint to write (if not given, a resumed run writes the one it resumes)',
      'o',
    ),
    file: 'json',
  },
  saveEvery: text('Output:', '5m', 'steps (500) or minutes (5m) between saves, 0 for only at the end'),
  keep: integer('Output:', 0, 0, 1e6, 'saves to keep with the step in their names, in addition to the newest'),
  sampleEvery: integer('Output:', 0, 0, largest, 'steps between short samples, 0 for none'),
  log: file('Output:', 'jsonl', 'append the progress of the run to a file, one JSON object per line'),
  logEvery: integer('Output:', 10, 1, largest, 'steps between lines of the log, in addition to those for validations'),
  report: file('Output:', 'html', 'write a page about the run at its end, which opens in any browser'),
  dryRun: flag('Output:', 'only report the size, memory and time of the run; train and write nothing'),
  json: flag('Output:', 'write one JSON object per event to standard output'),
  quiet: flag('Output:', 'show no progress on standard error', 'q'),
} as const satisfies OptionTable;
