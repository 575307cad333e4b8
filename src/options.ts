// Every option of every command, declared once. From these tables come the types, the validation, yargs's builders,
// the help and the tables of the documentation.

interface Common {
  readonly group: string;
  readonly description: string;
  readonly alias?: string;
}

export interface NumberOption extends Common {
  readonly type: 'number';
  readonly integer: boolean;
  /** Allowed range, both ends included. */
  readonly from: number;
  readonly to: number;
  /** `undefined`: off, or chosen by the program. */
  readonly default: number | undefined;
}
export interface ChoiceOption extends Common {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default: string | undefined;
}
export interface TextOption extends Common {
  readonly type: 'text';
  readonly default: string | undefined;
}
export interface FlagOption extends Common {
  readonly type: 'flag';
  readonly default: boolean;
}
export type Option = NumberOption | ChoiceOption | TextOption | FlagOption;
export type OptionTable = Readonly<Record<string, Option>>;

type Defined<O extends Option, T> = O extends { readonly default: undefined } ? T | undefined : T;
type ValueOf<O extends Option> = O extends NumberOption
  ? Defined<O, number>
  : O extends ChoiceOption
    ? Defined<O, O['choices'][number]>
    : O extends TextOption
      ? Defined<O, string>
      : boolean;

/** The values that a table of options describes. */
export type ValuesOf<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

const largest = Number.MAX_SAFE_INTEGER;

export const cells = ['rnn', 'lstm', 'gru'] as const;
export type CellName = (typeof cells)[number];

export const optimizers = ['sgd', 'rmsprop', 'adagrad', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof optimizers)[number];

/** Moments that each optimizer keeps of the gradient: m its mean, v its square. */
export const momentsOf: Readonly<Record<OptimizerName, readonly ('m' | 'v')[]>> = {
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

const integer = <D extends number | undefined>(
  group: string,
  defaultValue: D,
  from: number,
  to: number,
  description: string,
  alias?: string,
) =>
  ({
    type: 'number',
    integer: true,
    group,
    default: defaultValue,
    from,
    to,
    description,
    ...(alias && { alias }),
  }) as const;

const real = <D extends number | undefined>(
  group: string,
  defaultValue: D,
  from: number,
  to: number,
  description: string,
  alias?: string,
) =>
  ({
    type: 'number',
    integer: false,
    group,
    default: defaultValue,
    from,
    to,
    description,
    ...(alias && { alias }),
  }) as const;

const choice = <C extends readonly string[], D extends C[number] | undefined>(
  group: string,
  choices: C,
  defaultValue: D,
  description: string,
  alias?: string,
) => ({ type: 'choice', group, choices, default: defaultValue, description, ...(alias && { alias }) }) as const;

const text = <D extends string | undefined>(group: string, defaultValue: D, description: string, alias?: string) =>
  ({ type: 'text', group, default: defaultValue, description, ...(alias && { alias }) }) as const;

const flag = (group: string, description: string, alias?: string) =>
  ({ type: 'flag', group, default: false, description, ...(alias && { alias }) }) as const;

const seed = <D extends number | undefined>(defaultValue: D, description: string) =>
  integer('Randomness:', defaultValue, 0, 2 ** 32 - 1, description);

/** Options of the shape of a model, shared by `train` and `gradcheck`. */
const model = {
  layers: integer('Model:', 2, 1, 64, 'stacked recurrent layers (L)'),
  hidden: integer('Model:', 128, 1, 16384, 'hidden size of each layer (H)'),
} as const;

/** The options that decide what a training run computes. The same values, corpus and seed give the same bytes. */
export const trainingOptions = {
  cell: choice('Model:', cells, 'lstm', 'recurrent cell'),
  ...model,
  dropout: real('Model:', 0, 0, 0.95, 'share of activations dropped between layers and before the decoder'),
  batch: integer('Training:', 50, 1, 65536, 'batch size: parallel streams of text (N)'),
  sequence: integer('Training:', 50, 1, 65536, 'sequence length: steps of truncated back-propagation (T)'),
  epochs: real(
    'Training:',
    undefined,
    0.001,
    1e6,
    'stop after so many passes over the corpus (10 if nothing else is given)',
  ),
  steps: integer('Training:', undefined, 1, largest, 'stop after so many steps'),
  minutes: real('Training:', undefined, 0.001, 1e6, 'stop after so many minutes'),
  optimizer: choice('Optimizer:', optimizers, 'adam', 'rule that turns gradients into steps'),
  'learning-rate': real('Optimizer:', 0.01, 1e-9, 100, 'learning rate at its highest'),
  momentum: real('Optimizer:', 0.9, 0, 0.9999, 'momentum of sgd'),
  beta1: real('Optimizer:', 0.9, 0, 0.9999, 'decay of the first moment (adam, adamw)'),
  beta2: real('Optimizer:', 0.999, 0, 0.99999, 'decay of the second moment (adam, adamw)'),
  alpha: real('Optimizer:', 0.95, 0, 0.99999, 'decay of the squared gradient (rmsprop)'),
  epsilon: real('Optimizer:', 1e-8, 1e-12, 1, 'added to the root of the second moment'),
  'weight-decay': real('Optimizer:', 0.01, 0, 1, 'decoupled weight decay (adamw)'),
  'clip-norm': real('Optimizer:', 5, 0, 1e6, 'largest global norm of the gradient, 0 for no limit'),
  'clip-value': real('Optimizer:', 0, 0, 1e6, 'largest size of each gradient component, 0 for no limit'),
  schedule: choice('Schedule:', schedules, 'cosine', 'course of the learning rate'),
  'warm-up': integer('Schedule:', 0, 0, largest, 'steps over which the learning rate rises from zero'),
  'decay-factor': real('Schedule:', 0.5, 0.0001, 1, 'factor of the step schedule'),
  'decay-every': real('Schedule:', 1, 0.001, 1e6, 'epochs between two factors of the step schedule'),
  'final-learning-rate': real('Schedule:', 0, 0, 1, 'share of the learning rate left at the end of the cosine'),
  validation: real('Validation:', 0.1, 0, 0.5, 'share of the corpus, at its end, held out for validation; 0 for none'),
  'validate-every': integer(
    'Validation:',
    undefined,
    1,
    largest,
    'steps between two validations (once an epoch if not given)',
  ),
  seed: seed(1, 'seed of the initial weights and of dropout'),
} as const satisfies OptionTable;
export type TrainingOptions = ValuesOf<typeof trainingOptions>;

/** The options of how a corpus is read. */
export const corpusOptions = {
  encoding: choice('Corpus:', encodings, 'utf8', 'encoding of the corpus'),
  'min-count': integer('Corpus:', 1, 1, 1e9, 'characters rarer than this share one unknown symbol'),
} as const satisfies OptionTable;
export type CorpusOptions = ValuesOf<typeof corpusOptions>;

/** The options of how a run is computed, which do not change what it computes (blas: but for the last bits). */
export const engineOptions = {
  threads: integer('Speed:', undefined, 1, 256, 'worker threads (the cores available, at most --batch, if not given)'),
  backend: choice('Speed:', backends, 'wasm', "wasm: the same bits everywhere; blas: the system's BLAS, faster"),
} as const satisfies OptionTable;
export type EngineOptions = ValuesOf<typeof engineOptions>;

/** The options of what `train` shows and where it writes. */
export const trainOutputOptions = {
  output: text('Output:', 'checkpoints/model.json', 'checkpoint to write', 'o'),
  'sample-every': integer('Output:', 0, 0, largest, 'steps between two short samples, 0 for none'),
  json: flag('Output:', 'one JSON object per event on standard output'),
  quiet: flag('Output:', 'no progress on standard error', 'q'),
} as const satisfies OptionTable;

/** The options of `sample`. */
export const samplingOptions = {
  length: integer('Sampling:', 1000, 0, largest, 'characters to write, the prime not counted', 'n'),
  temperature: real(
    'Sampling:',
    1,
    0,
    100,
    'below 1 bolder in its habits, above 1 wilder; 0 always the likeliest',
    't',
  ),
  prime: text('Sampling:', '', 'text to continue', 'p'),
  seed: seed(undefined, 'seed of the draw; a new one each time if not given'),
  raw: flag(
    'Sampling:',
    'control characters to a terminal as they are, not as \\u{1b}; files and pipes get them always',
  ),
} as const satisfies OptionTable;
export type SamplingOptions = ValuesOf<typeof samplingOptions>;

/** The options of `gradcheck`. */
export const gradcheckOptions = {
  cell: choice('Model:', cells, undefined, 'recurrent cell; all three if not given'),
  layers: { ...model.layers, to: 8 },
  hidden: { ...model.hidden, default: 6, to: 64 },
  batch: integer('Model:', 3, 1, 32, 'batch size (N)'),
  sequence: integer('Model:', 5, 1, 64, 'sequence length (T)'),
  dropout: real('Model:', 0.25, 0, 0.95, 'share of activations dropped, by masks that stay the same'),
  seed: seed(1, 'seed of weights, states and text'),
  json: flag('Output:', 'the result as one JSON object on standard output'),
} as const satisfies OptionTable;
export type GradcheckOptions = ValuesOf<typeof gradcheckOptions>;
