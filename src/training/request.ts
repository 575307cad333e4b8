// What a training run is asked for, and what it may not be asked.

import { realpath } from 'node:fs/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { checkMembers as checkOptions, checkValue, type Given, type OptionTable } from '../options/option.js';
import {
  type BackendName,
  beginningOptions,
  type DataConfig,
  type GivenConfig,
  type ModelConfig,
  machineOptions,
  type OptimizerConfig,
  type PresetName,
  placeOf,
  type RunConfig,
  type ScheduleConfig,
  trainingOptions,
  trainOutputOptions,
} from '../options/training-options.js';
import type { TrainingEvent } from './events.js';

/** How often something is done: after so many steps or after so many seconds; neither is never. */
export interface Interval {
  readonly steps?: number;
  readonly seconds?: number;
}

/** A training run. Only the corpus is required; what is not given is chosen for the corpus and the time. */
export interface TrainRequest extends Given<RunConfig> {
  /** Files, folders, globs, or `-` for standard input. */
  readonly corpus: string | readonly string[];
  readonly model?: Given<ModelConfig> | undefined;
  readonly data?: Given<DataConfig> | undefined;
  readonly optimizer?: Given<OptimizerConfig> | undefined;
  readonly schedule?: Given<ScheduleConfig> | undefined;
  /** The size of the model; chosen for the time if not given. */
  readonly preset?: PresetName | undefined;
  /** False: what is not given has its default, whatever the corpus and the time. */
  readonly recipe?: boolean | undefined;
  /** The checkpoint whose run goes on. */
  readonly resume?: string | undefined;
  /** The checkpoint whose weights a new run begins with. */
  readonly initFrom?: string | undefined;
  /** With `initFrom`: characters that its vocabulary lacks are added; otherwise they are an error. */
  readonly extendVocabulary?: boolean | undefined;
  /** Texts may be charrnn checkpoints; otherwise one that is was meant for `resume`. */
  readonly force?: boolean | undefined;
  /** The checkpoint to write; none if not given. */
  readonly output?: string | undefined;
  /** Every five minutes if not given. */
  readonly saveEvery?: Interval | undefined;
  /** Saves to keep besides the newest, under names with their steps; 0 if not given. */
  readonly keep?: number | undefined;
  /** Steps between two samples; 0, for none, if not given. */
  readonly sampleEvery?: number | undefined;
  /** The cores available, at most one a stream, if not given. */
  readonly threads?: number | undefined;
  readonly backend?: BackendName | undefined;
  /** Ends the run after the current step, as if it were complete. */
  readonly signal?: AbortSignal | undefined;
}

/** A request on its way: whoever follows it is told what happens. */
export interface FollowedRequest extends TrainRequest {
  readonly onEvent: (event: TrainingEvent) => void;
  /** Called at the end of a run with its checkpoint, whose arrays are read anew each time and only during the call. */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => void) | undefined;
}

/** Files, folders and globs of a request. */
export const corpusOf = ({ corpus }: TrainRequest): readonly string[] => [corpus].flat();

/** What a request says of the config, and nothing else. */
export function givenConfig(request: TrainRequest): GivenConfig {
  const { model = {}, data = {}, optimizer = {}, schedule = {} } = request;
  const run = Object.fromEntries(runKeys.map((key) => [key, request[key]]));
  return { model, data, optimizer, schedule, run };
}

/** @throws CharrnnError (exit code 2) where values are out of range, unknown or do not go together */
export function checkRequest(request: TrainRequest): void {
  checkMembers(request);
  checkConfig(givenConfig(request));
  const { resume, initFrom, extendVocabulary } = request;
  if (resume !== undefined && initFrom !== undefined) {
    throw new CharrnnError(
      line`${option('resume')} and ${option('initFrom')}: give one of them; the first goes on, the second begins anew`,
      2,
    );
  }
  if (extendVocabulary && initFrom === undefined) {
    throw new CharrnnError(line`${option('extendVocabulary')}: needs ${option('initFrom')} and a checkpoint`, 2);
  }
  if (isStandardInput(resume ?? initFrom) && corpusOf(request).some(isStandardInput)) {
    throw new CharrnnError('standard input: the corpus or the checkpoint, not both; give one of them as a file', 2);
  }
}

const { keep, sampleEvery } = trainOutputOptions;
/** Members of a request that are options, but part of no config. */
const ownOptions: OptionTable = { ...beginningOptions, ...machineOptions, keep, sampleEvery };
const runKeys = ['epochs', 'steps', 'minutes', 'validateEvery', 'patience', 'seed'] as const;
const configs = ['model', 'data', 'optimizer', 'schedule'] as const;
const otherKeys = ['corpus', 'recipe', 'output', 'saveEvery', 'signal', 'onEvent', 'onCheckpoint'];
const knownKeys: ReadonlySet<string> = new Set([...Object.keys(ownOptions), ...runKeys, ...configs, ...otherKeys]);

/** Programs without types can pass anything. */
function checkMembers(request: TrainRequest): void {
  checkOptions(ownOptions, request);
  for (const [key, value] of Object.entries(request)) {
    if (!knownKeys.has(key)) throw new CharrnnError(line`${key}: unknown option${placeFor(key)}`, 2);
    if (value === undefined) continue;
    if (configs.some((config) => config === key) && (typeof value !== 'object' || value === null)) {
      throw new CharrnnError(`${key} ${value}: must be an object`, 2);
    }
  }
}

/** Where an option of a config belongs. */
function placeFor(key: string): string {
  if (!Object.hasOwn(trainingOptions, key)) return '';
  return `; it is ${placeOf(key as keyof typeof trainingOptions).join('.')}`;
}

function checkConfig(given: GivenConfig): void {
  const keys = Object.keys(trainingOptions) as (keyof typeof trainingOptions)[];
  const known = new Map(keys.map((key) => [placeOf(key).join('.'), key]));
  for (const [part, values] of Object.entries(given)) {
    for (const [name, value] of Object.entries(values)) {
      const key = known.get(`${part}.${name}`);
      if (!key) throw new CharrnnError(`${part}.${name}: unknown option`, 2);
      if (value !== undefined) checkValue(line`${option(key)} ${String(value)}`, trainingOptions[key], value);
    }
  }
}

/** What a run writes to a stream, which takes one checkpoint: no saves before the last one, and no copies. */
export function checkStream(output: string, { resume, keep = 0, saveEvery, onEvent }: FollowedRequest): void {
  if (resume === output) {
    throw new CharrnnError(
      line`${option('resume')} ${output}: a stream cannot be written back; give an ${option('output')}`,
      2,
    );
  }
  if (keep > 0) {
    const fault = `${output} is a stream and takes one checkpoint`;
    throw new CharrnnError(line`${option('keep')} ${keep}: ${fault}; give a file as ${option('output')}`, 2);
  }
  const message = `${output}: a stream takes one checkpoint; nothing is saved before the end`;
  onEvent({ event: 'notice', kind: saveEvery ? 'adapted' : 'hint', message });
}

/**
 * A folder that is read may hold the checkpoint of the run before.
 * @throws CharrnnError where a run would write over a text that it reads
 */
export async function refuseOwnText(output: string, sources: readonly string[]): Promise<void> {
  const own = await real(output);
  for (const source of own === undefined ? [] : sources) {
    if ((await real(source)) !== own) continue;
    const ways = line`give another ${option('output')}, or take it out of them`;
    throw new CharrnnError(line`${output}: is one of the texts to train on; ${ways}`);
  }
}

/** A name that leads to no file is no file that is written. */
const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
