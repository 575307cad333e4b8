// The request for a training run, and the requests that are refused.

import { realpath } from 'node:fs/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { checkMembers as checkOptions, type Given, type OptionTable } from '../options/option.js';
import { type TaskConfig, taskFileOptions } from '../options/task-options.js';
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
import type { World } from '../parallel/world.js';
import type { TrainingEvent } from './events.js';
import { checkConfig } from './settled-config.js';

/** How often something is done: every so many steps or seconds; never if neither is given. */
export interface Interval {
  readonly steps?: number;
  readonly seconds?: number;
}

/** A training run. Only the corpus is required; other values are chosen for the corpus and the time. */
export interface TrainRequest extends Given<RunConfig> {
  /** Files, folders, globs, or `-` for standard input. */
  readonly corpus: string | readonly string[];
  readonly model?: Given<ModelConfig> | undefined;
  readonly data?: Given<DataConfig> | undefined;
  readonly optimizer?: Given<OptimizerConfig> | undefined;
  readonly schedule?: Given<ScheduleConfig> | undefined;
  /** What the corpus is, if it is not a text: examples of a task, one for each line. */
  readonly task?: (Given<TaskConfig> & Pick<TaskConfig, 'name'>) | undefined;
  /** Vectors that the texts of the task `describe` begin from, one for each: .npy, .csv or .jsonl. */
  readonly vectors?: string | undefined;
  /** Examples to validate on, in place of a share of those to train on. */
  readonly validationFile?: string | undefined;
  /** The size of the model. Default: chosen for the time. */
  readonly preset?: PresetName | undefined;
  /** If false, options that are not given have fixed defaults instead of values chosen for the corpus and the time. */
  readonly recipe?: boolean | undefined;
  /** The checkpoint of the run to resume. */
  readonly resume?: string | undefined;
  /** The checkpoint whose weights a new run starts from. */
  readonly initFrom?: string | undefined;
  /** With `initFrom`: adds characters that its vocabulary lacks; otherwise they are an error. */
  readonly extendVocabulary?: boolean | undefined;
  /** Allows charrnn checkpoints as texts; otherwise they are refused, as probably meant for `resume`. */
  readonly force?: boolean | undefined;
  /** The checkpoint to write. Default: none. */
  readonly output?: string | undefined;
  /** Default: every five minutes. */
  readonly saveEvery?: Interval | undefined;
  /** Earlier saves to keep under names with their steps, in addition to the newest. Default: 0. */
  readonly keep?: number | undefined;
  /** Steps between two samples. Default: 0, for none. */
  readonly sampleEvery?: number | undefined;
  /** Default: the available cores, at most one per stream. */
  readonly threads?: number | undefined;
  readonly backend?: BackendName | undefined;
  /** Ends the run after the current step, as if it were complete. */
  readonly signal?: AbortSignal | undefined;
}

/** A request with callbacks that follow the run. */
export interface FollowedRequest extends TrainRequest {
  readonly onEvent: (event: TrainingEvent) => void;
  /** Called at the end of a run with its checkpoint. Its arrays can only be read during the call, anew each time. */
  readonly onCheckpoint?: ((checkpoint: Checkpoint) => void) | undefined;
  /** The processes that train together with this one. */
  readonly world?: World | undefined;
}

/** Returns the files, folders and globs of a request. */
export const corpusOf = ({ corpus }: TrainRequest): readonly string[] => [corpus].flat();

/** Returns the config values that a request gives. */
export function givenConfig(request: TrainRequest): GivenConfig {
  const { model = {}, data = {}, optimizer = {}, schedule = {} } = request;
  const run = Object.fromEntries(runKeys.map((key) => [key, request[key]]));
  return { model, data, optimizer, schedule, run };
}

/** Returns the task of a request, with its defaults. */
export function taskOf({ task }: TrainRequest): TaskConfig | undefined {
  if (task === undefined) return undefined;
  const { name, balance = false, reverseSource = false, films = false, truncate } = task;
  return { name, balance, reverseSource, films, truncate };
}

/** @throws CharrnnError (exit code 2) when values are out of range, unknown or contradictory */
export function checkRequest(request: TrainRequest): void {
  checkMembers(request);
  checkConfig(givenConfig(request));
  const { resume, initFrom, extendVocabulary } = request;
  if (resume !== undefined && initFrom !== undefined) {
    throw new CharrnnError(
      line`${option('resume')} and ${option('initFrom')}: give only one; the first continues a run, the second starts one`,
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
const ownOptions: OptionTable = { ...beginningOptions, ...machineOptions, ...taskFileOptions, keep, sampleEvery };
const runKeys = ['epochs', 'steps', 'minutes', 'validateEvery', 'patience', 'seed'] as const;
const configs = ['model', 'data', 'optimizer', 'schedule', 'task'] as const;
const otherKeys = ['corpus', 'recipe', 'output', 'saveEvery', 'signal', 'onEvent', 'onCheckpoint', 'world'];
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

/** Checks a run that writes to a stream, which takes one checkpoint: no saves before the last one, and no copies. */
export function checkStream(output: string, { resume, keep = 0, saveEvery, onEvent }: FollowedRequest): void {
  if (resume === output) {
    throw new CharrnnError(
      line`${option('resume')} ${output}: a stream cannot be written back to; give ${option('output')}`,
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
 * Checks the output against the texts: a folder in the corpus may contain the checkpoint of a previous run.
 * @throws CharrnnError when a run would overwrite a text that it reads
 */
export async function refuseOwnText(output: string, sources: readonly string[]): Promise<void> {
  const own = await real(output);
  for (const source of own === undefined ? [] : sources) {
    if ((await real(source)) !== own) continue;
    const ways = line`give another ${option('output')}, or take it out of the corpus`;
    throw new CharrnnError(line`${output}: is one of the texts to train on; ${ways}`);
  }
}

/** Resolves a path; undefined when it leads to no file. */
const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
