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

export const cells = ['rnn', 'lstm', 'gru'] as const;
export type CellName = (typeof cells)[number];

export const optimizers = ['sgd', 'rmsprop', 'adagrad', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof optimizers)[number];

/** Moments of the gradient: m its mean, v the mean of its squares. */
export type MomentName = 'm' | 'v';

/** Moments that each optimizer keeps. */
export const momentsOf: Readonly<Record<OptimizerName, readonly MomentName[]>> = {
  sgd: ['m'],
  rmsprop: ['v'],
  adagrad: ['v'],
  adam: ['m', 'v'],
  adamw: ['m', 'v'],
};

export const schedules = ['constant', 'step', 'cosine'] as const;
export type ScheduleName = (typeof schedules)[number];

export const backends = ['wasm', 'blas'] as const;
export type BackendName = (typeof backends)[number];

export const encodings = ['utf8', 'latin1'] as const;
export type Encoding = (typeof encodings)[number];

export const presets = ['tiny', 'small', 'medium', 'large'] as const;
export type PresetName = (typeof presets)[number];

export const dropoutMasks = ['locked', 'free'] as const;

/** Options of the shape of a model, shared by `train` and `gradcheck`. */
export const shapeOptions = {
  layers: integer('Model:', 2, 1, 64, 'stacked recurrent layers (L)'),
  hidden: integer('Model:', 128, 1, 16384, 'hidden size of each layer (H)'),
} as const;

/**
 * The options that decide what a training run computes, in the order in which checkpoints and the help list them. The
 * same values, corpus and seed give the same bytes.
 */
export const trainingOptions = {
  ...configured('model', {
    cell: choice('Model:', cells, 'lstm', 'recurrent cell'),
    layers: chosen(shapeOptions.layers),
    hidden: chosen(shapeOptions.hidden),
    dropout: chosen(real('Model:', 0, 0, 0.95, 'share of activations dropped between layers and before the decoder')),
    dropoutMask: choice(
      'Model:',
      dropoutMasks,
      'locked',
      'locked: the same activations are dropped in all steps of a sequence; free: others in each',
    ),
    weightDrop: chosen(real('Model:', 0, 0, 0.95, 'share of recurrent weights dropped, others for each sequence')),
  }),
  ...configured('data', {
    batch: chosen(integer('Training:', 50, 1, 65536, 'batch size: parallel streams of text (N)')),
    sequence: chosen(integer('Training:', 50, 1, 65536, 'sequence length: steps of truncated back-propagation (T)')),
  }),
  ...configured('run', {
    epochs: real(
      'Training:',
      undefined,
      0.001,
      1e6,
      'stop after so many passes over the corpus (chosen if no end is given)',
    ),
    steps: integer('Training:', undefined, 1, largest, 'stop after so many steps'),
    minutes: { ...real('Training:', undefined, 0.001, 1e6, 'stop after so many minutes'), unit: 'minutes' },
  }),
  ...configured('optimizer', {
    optimizer: {
      ...choice('Optimizer:', optimizers, 'adam', 'rule that turns gradients into steps'),
      as: 'name',
    },
    learningRate: chosen(real('Optimizer:', 0.01, 1e-9, 100, 'learning rate at its highest')),
    momentum: real('Optimizer:', 0.9, 0, 0.9999, 'momentum of sgd'),
    beta1: real('Optimizer:', 0.9, 0, 0.9999, 'decay of the first moment (adam, adamw)'),
    beta2: real('Optimizer:', 0.999, 0, 0.99999, 'decay of the second moment (adam, adamw)'),
    alpha: real('Optimizer:', 0.95, 0, 0.99999, 'decay of the squared gradient (rmsprop)'),
    epsilon: real('Optimizer:', 1e-8, 1e-12, 1, 'added to the root of the second moment'),
    weightDecay: real('Optimizer:', 0.01, 0, 1, 'decoupled weight decay (adamw)'),
    clipNorm: real('Optimizer:', 5, 0, 1e6, 'largest global norm of the gradient, 0 for no limit'),
    clipValue: real('Optimizer:', 0, 0, 1e6, 'largest size of each gradient component, 0 for no limit'),
    ema: real(
      'Optimizer:',
      0,
      0,
      0.99999,
      'decay of the average of the weights that is validated and saved, 0 for none',
    ),
  }),
  ...configured('schedule', {
    schedule: { ...choice('Schedule:', schedules, 'cosine', 'course of the learning rate'), as: 'name' },
    warmUp: integer('Schedule:', 0, 0, largest, 'steps over which the learning rate rises from zero'),
    decayFactor: real('Schedule:', 0.5, 0.0001, 1, 'factor of the step schedule'),
    decayEvery: real('Schedule:', 1, 0.001, 1e6, 'epochs between two factors of the step schedule'),
    finalLearningRate: real('Schedule:', 0, 0, 1, 'share of the learning rate left at the end of the cosine'),
  }),
  ...configured('data', {
    validation: real(
      'Validation:',
      0.1,
      0,
      0.5,
      'share of the corpus, at its end, held out for validation; 0 for none',
    ),
  }),
  ...configured('run', {
    validateEvery: integer(
      'Validation:',
      undefined,
      1,
      largest,
      'steps between two validations (once an epoch if not given)',
    ),
    patience: integer(
      'Validation:',
      undefined,
      1,
      largest,
      'stop after so many validations without a lower loss (never if not given)',
    ),
    seed: seed(1, 'seed of the initial weights and of dropout'),
  }),
  ...configured('data', {
    encoding: choice('Corpus:', encodings, 'utf8', 'encoding of the corpus'),
    minCount: integer('Corpus:', 1, 1, 1e9, 'characters rarer than this share one unknown symbol'),
  }),
} as const satisfies OptionTable;
export type TrainingValues = ValuesOf<typeof trainingOptions>;

/** The network: cell, sizes and what is dropped of it in training. */
export type ModelConfig = ConfigOf<typeof trainingOptions, 'model'>;
/** The text and the batches that it is read in. */
export type DataConfig = ConfigOf<typeof trainingOptions, 'data'>;
/** From gradients to steps. */
export type OptimizerConfig = ConfigOf<typeof trainingOptions, 'optimizer'>;
/** The course of the learning rate. */
export type ScheduleConfig = ConfigOf<typeof trainingOptions, 'schedule'>;
/** How long a run lasts, how often it is measured, and its seed. */
export type RunConfig = ConfigOf<typeof trainingOptions, 'run'>;

/** All that decides what a training run computes. */
export interface TrainingConfig {
  readonly model: ModelConfig;
  readonly data: DataConfig;
  readonly optimizer: OptimizerConfig;
  readonly schedule: ScheduleConfig;
  readonly run: RunConfig;
}

/** Some of it; what is absent is chosen, or has its default. */
export type GivenConfig = { readonly [C in keyof TrainingConfig]: Given<TrainingConfig[C]> };

/** Where the value of an option stands: its config, and its key there. */
export const placeOf = (key: keyof TrainingValues): readonly [config: keyof TrainingConfig, key: string] => {
  const option = trainingOptions[key];
  return [option.config, 'as' in option ? option.as : key];
};

/** Values by the keys of `trainingOptions`, sorted into their configs. */
export function trainingConfig<V extends Given<TrainingValues>>(
  values: V,
): V extends TrainingValues ? TrainingConfig : GivenConfig {
  const config: Record<keyof TrainingConfig, Record<string, unknown>> = {
    ...{ model: {}, data: {}, optimizer: {}, schedule: {}, run: {} },
  };
  for (const [key, value] of Object.entries(values)) {
    const [part, name] = placeOf(key as keyof TrainingValues);
    config[part][name] = value;
  }
  return config as never;
}

/** The other way: by the keys of `trainingOptions`, in their order. */
export function trainingValues(config: TrainingConfig): TrainingValues {
  const values = (Object.keys(trainingOptions) as (keyof TrainingValues)[]).map((key) => {
    const [part, name] = placeOf(key);
    return [key, (config[part] as Readonly<Record<string, unknown>>)[name]];
  });
  return Object.fromEntries(values);
}

/** What a training run does where nothing is given or chosen. */
export const defaults: TrainingConfig = trainingConfig(defaultsOf(trainingOptions));

/** A config in which what is given takes the place of what is there. */
export function withGiven(config: TrainingConfig, given: GivenConfig): TrainingConfig {
  const replace = <T extends object>(all: T, some: Given<T>): T => {
    const present = Object.entries(some).filter(([, value]) => value !== undefined);
    return { ...all, ...Object.fromEntries(present) };
  };
  return {
    model: replace(config.model, given.model),
    data: replace(config.data, given.data),
    optimizer: replace(config.optimizer, given.optimizer),
    schedule: replace(config.schedule, given.schedule),
    run: replace(config.run, given.run),
  };
}

/** The options of how a run is computed, which do not change what it computes (blas: except for the last bits). */
export const machineOptions = {
  threads: integer('Speed:', undefined, 1, 256, 'worker threads (the cores available, at most --batch, if not given)'),
  backend: choice('Speed:', backends, 'wasm', "wasm: the same bits everywhere; blas: the system's BLAS, faster"),
} as const satisfies OptionTable;
export type MachineConfig = ValuesOf<typeof machineOptions>;

/** The same for work that is no training. */
export const readingMachineOptions = {
  ...machineOptions,
  threads: { ...machineOptions.threads, description: 'worker threads (the cores available if not given)' },
} as const satisfies OptionTable;

/** Parts of a run's config that may change when it is resumed: they say how long it lasts and how often it is measured. */
export const resumable = ['epochs', 'steps', 'minutes', 'validateEvery', 'patience'] as const;

/** The options of what a training run begins with. */
export const beginningOptions = {
  preset: choice('Begin:', presets, undefined, 'size of the model; from the time if not given'),
  resume: file('Begin:', 'json', 'go on with the training of a checkpoint as if it had never stopped', 'r'),
  initFrom: file('Begin:', 'json', 'begin a new training run with the weights of a checkpoint'),
  force: flag('Begin:', 'learn from a text that is a charrnn checkpoint, as if it were any other'),
  extendVocabulary: flag('Begin:', 'with --init-from: characters that the checkpoint lacks are added'),
} as const satisfies OptionTable;

/** The options of what `train` shows and where it writes. */
export const trainOutputOptions = {
  output: {
    ...text(
      'Output:',
      'checkpoints/model.json',
      'checkpoint to write (a run that goes on: the one it comes from)',
      'o',
    ),
    file: 'json',
  },
  saveEvery: text('Output:', '5m', 'steps (500) or minutes (5m) between two saves, 0 for only at the end'),
  keep: integer('Output:', 0, 0, 1e6, 'saves to keep under names with their steps, besides the newest'),
  sampleEvery: integer('Output:', 0, 0, largest, 'steps between two short samples, 0 for none'),
  log: file('Output:', 'jsonl', 'append the course of the training to a file, one JSON object a line'),
  logEvery: integer('Output:', 10, 1, largest, 'steps between two lines of the log, beside those of validations'),
  dryRun: flag('Output:', 'only tell size, memory and time of the run; nothing is trained or written'),
  json: flag('Output:', 'one JSON object per event on standard output'),
  quiet: flag('Output:', 'no progress on standard error', 'q'),
} as const satisfies OptionTable;
