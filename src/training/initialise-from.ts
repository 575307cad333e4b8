// What a training run starts from: a new model, the state of a run to resume, or the weights of another run.

import type { Checkpoint, NamedArray, TrainingProgress, TrainingRecord } from '../checkpoint/checkpoint.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError, line, type Message, option } from '../errors.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { LanguageModel } from '../model/network.js';
import { initialise, writeArrays, writeWeights } from '../model/parameters.js';
import type { Task } from '../model/shape.js';
import type { TaskConfig } from '../options/task-options.js';
import {
  type GivenConfig,
  placeOf,
  resumable,
  type TrainingConfig,
  type trainingOptions,
  trainingValues,
  withGiven,
} from '../options/training-options.js';
import { assertSameCorpus, type Corpus } from '../text/corpus.js';
import { Vocabulary } from '../text/vocabulary.js';
import type { Engine } from './engine.js';
import { corpusOf, givenConfig, type TrainRequest, taskOf } from './request.js';
import { forEachOwn } from './step.js';

/** The starting point of a run. */
export interface Origin {
  /** The config values that the request gives or a checkpoint fixes. */
  readonly given: GivenConfig;
  /** The complete config of a resumed run: nothing is left to choose. */
  readonly config?: TrainingConfig;
  /** The vocabulary of the checkpoint, which the corpus must fit. */
  readonly vocabulary?: Vocabulary;
  /** What to do about characters missing from it, for the message. */
  readonly remedy?: Message;
  /** The task of the checkpoint. */
  readonly task?: Task | undefined;
  /** The progress of a resumed run. */
  readonly resumed?: TrainingProgress;
  /** Bytes of the checkpoint's arrays, which stay in memory until they are in the engine. */
  readonly loadedBytes: number;
  /** @throws CharrnnError when the run cannot continue with this corpus */
  readonly checkCorpus?: (corpus: Pick<Corpus, 'sha256' | 'length'>) => void;
  /**
   * Writes the weights, moments and states of the first step into an idle engine, and releases their source. Call once.
   * @returns the best weights so far of a resumed run
   */
  readonly fill: (engine: Engine, run: { readonly seed: number; readonly vocabulary: Vocabulary }) => FilledWeights;
}

type FilledWeights = readonly NamedArray[] | undefined;

/** Reads the checkpoint that a run starts from, if any. @throws CharrnnError */
export async function originOf(request: TrainRequest): Promise<Origin> {
  const { resume, initFrom } = request;
  if (resume !== undefined) return resumedRun(resume, request);
  return initFrom === undefined ? newModel(request) : newRunFrom(initFrom, request);
}

const newModel = (request: TrainRequest): Origin => ({
  given: givenConfig(request),
  loadedBytes: 0,
  fill: (engine, { seed }) => {
    initialise(engine.layout.model.weights, engine.kernels, seed);
    return startAverage(engine);
  },
});

/** A new run that adopts the weights, model and vocabulary of a checkpoint. */
async function newRunFrom(path: string, request: TrainRequest): Promise<Origin> {
  const { model, vocabulary, parameters } = await loadCheckpoint(path, 'model');
  const loaded = new Once({ model, vocabulary, parameters });
  const { cell, layers, hidden } = model;
  const given = givenConfig(request);
  refuseOthers(path, { cell, layers, hidden }, given, 'has', 'leave it out');
  return {
    given: { ...given, model: { ...given.model, cell, layers, hidden } },
    vocabulary: new Vocabulary(vocabulary),
    remedy: line`take them out, or add ${option('extendVocabulary')}`,
    loadedBytes: bytesOf(parameters),
    fill: (engine, run) => {
      initialise(engine.layout.model.weights, engine.kernels, run.seed);
      transfer(loaded.take(), run.vocabulary, engine.layout.model, engine.kernels);
      return startAverage(engine);
    },
  };
}

/** Initialises the average of the weights with the weights. */
function startAverage({ layout: { model, optimizer }, kernels }: Engine): undefined {
  if (optimizer.average) kernels.copy(model.weights.block, optimizer.average.block);
}

/** A run that continues as if it had never stopped: the same corpus, and the same config except for what may change. */
async function resumedRun(path: string, request: TrainRequest): Promise<Origin> {
  const { model, vocabulary, parameters, training } = await loadCheckpoint(path);
  if (!training) {
    const fault = 'made only for sampling, without the state of a training run';
    throw new CharrnnError(line`${path}: ${fault}; try ${option('initFrom')}`);
  }
  const config = resumedConfig(path, training.config, givenConfig(request));
  refuseOtherTask(path, training.config.task, taskOf(request));
  const { moments, carried, latest = [], best = [], average = [], ...progress } = training;
  const loaded = new Once({ parameters, training });
  const known = training.corpus;
  const other = line`${option('initFrom')} starts a new training run`;
  return {
    given: config,
    config,
    vocabulary: new Vocabulary(vocabulary),
    task: model.task,
    remedy: line`${option('resume')} needs the same corpus; ${other}`,
    resumed: { ...progress, config },
    loadedBytes: bytesOf([...parameters, ...moments, ...carried, ...latest, ...best, ...average]),
    checkCorpus: (corpus) => assertSameCorpus(corpusOf(request), corpus, known, path, other),
    fill: (engine) => restore(loaded.take(), engine),
  };
}

/** Writes the state of a resumed run into an engine. @returns the best weights so far */
function restore(
  { parameters, training }: Pick<Checkpoint, 'parameters'> & { readonly training: TrainingRecord },
  { layout, kernels }: Engine,
): readonly NamedArray[] {
  const { model, optimizer, wholeStates } = layout;
  const { ranks } = layout.team;
  writeWeights(kernels, model.weights, training.latest ?? parameters);
  if (optimizer.average) writeWeights(kernels, optimizer.average, training.average ?? parameters);
  for (const moment of optimizer.moments) writeArrays(kernels, moment.parameters.tensors, training.moments);
  const states = wholeStates.map((whole, i) => ({ ...whole, name: model.states[i].name }));
  writeArrays(kernels, states, training.carried);
  if (ranks.size > 1) forEachOwn(wholeStates, model, ranks, (whole, own) => kernels.copy(whole, own));
  return training.best ?? parameters;
}

const bytesOf = (arrays: readonly NamedArray[]): number =>
  arrays.reduce((bytes, { shape }) => bytes + 4 * shape.reduce((size, length) => size * length, 1), 0);

/** Holds a large value until it is taken, so that a reference to the holder does not keep the value in memory. */
class Once<T> {
  constructor(private held: T | undefined) {}

  take(): T {
    const { held } = this;
    if (held === undefined) throw new RangeError('taken before');
    this.held = undefined;
    return held;
  }
}

/** Returns the config of the checkpoint with the given changes that are allowed. A new limit replaces all old ones. */
function resumedConfig(path: string, stored: TrainingConfig, given: GivenConfig): TrainingConfig {
  const free: readonly string[] = resumable;
  const fixed = Object.fromEntries(Object.entries(trainingValues(stored)).filter(([key]) => !free.includes(key)));
  const remedy = line`leave it out, or start a new training run with ${option('initFrom')}`;
  refuseOthers(path, fixed, given, 'was trained with', remedy);
  const { epochs, steps, minutes, validateEvery, patience } = given.run;
  const isLimited = [epochs, steps, minutes].some((limit) => limit !== undefined);
  const config = withGiven(stored, {
    model: {},
    data: {},
    optimizer: {},
    schedule: {},
    run: { validateEvery, patience },
  });
  return isLimited ? { ...config, run: { ...config.run, epochs, steps, minutes } } : config;
}

/** @throws CharrnnError (exit code 2) when a given task differs from the checkpoint's */
function refuseOtherTask(path: string, stored: TaskConfig | undefined, given: TaskConfig | undefined): void {
  if (given === undefined) return;
  const remedy = 'leave it out, or start a new training run';
  const trained = stored === undefined ? 'on a text' : line`with ${option('task')} ${stored.name}`;
  if (stored?.name !== given.name) {
    throw new CharrnnError(line`${option('task')} ${given.name}: ${path} was trained ${trained}; ${remedy}`, 2);
  }
  const other = (['balance', 'reverseSource', 'films', 'truncate'] as const).find(
    (key) => given[key] && given[key] !== stored[key],
  );
  if (other === undefined) return;
  throw new CharrnnError(line`${option(other)} ${String(given[other])}: ${path} was trained without it; ${remedy}`, 2);
}

/** @throws CharrnnError (exit code 2) when a given option differs from the checkpoint */
function refuseOthers(path: string, stored: object, given: GivenConfig, verb: string, remedy: Message): void {
  for (const [key, value] of Object.entries(stored)) {
    const [part, name] = placeOf(key as keyof typeof trainingOptions);
    const wanted = (given[part] as Readonly<Record<string, unknown>>)[name];
    if (wanted === undefined || wanted === value) continue;
    const own = option(key);
    throw new CharrnnError(line`${own} ${String(wanted)}: ${path} ${verb} ${own} ${String(value)}; ${remedy}`, 2);
  }
}

/**
 * Copies the weights of a checkpoint into a new model with the same cell, layers and hidden size, whose vocabulary
 * contains all characters of the checkpoint. The weights of a character follow it: its row of the first layer's Wx
 * (V,G·H), its column of the decoder's W (H,V), its bias in the decoder's b (V). A new character keeps its initial row
 * and column and gets the lowest trained bias, so that it starts as unlikely as the rarest character.
 */
export function transfer(checkpoint: Checkpoint, vocabulary: Vocabulary, model: LanguageModel, kernels: Kernels): void {
  const places = placesOf(new Vocabulary(checkpoint.vocabulary), vocabulary);
  const { parameters, tensors } = model.weights;
  checkpoint.parameters.forEach((array, i) => {
    const { vocabularyAxis } = parameters[i];
    const w = tensors[i];
    const grows = vocabularyAxis !== undefined && array.values.length < w.size;
    kernels.write(w, grows ? spread(array, w, kernels.read(w), places, vocabularyAxis) : array.values);
  });
}

/** Returns the index in `to` of each symbol of `from`. */
function placesOf(from: Vocabulary, to: Vocabulary): number[] {
  const characters = from.record.codePoints.map((codePoint) => to.indexOf(codePoint));
  return from.unknown ? [0, ...characters] : characters;
}

/** Returns the initial values of a larger tensor, with those of the smaller one in their new places along the axis. */
function spread(
  from: NamedArray,
  w: Tensor,
  initial: ArrayLike<number>,
  places: readonly number[],
  axis: number,
): Float32Array {
  const values = Float32Array.from(initial);
  if (from.shape.length === 1) values.fill(from.values.reduce((lowest, bias) => Math.min(lowest, bias)));
  const [rows, columns] = from.shape.length === 1 ? [1, from.shape[0]] : from.shape;
  const isByRow = from.shape.length > 1 && axis === 0;
  const width = w.shape.at(-1) ?? 1;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const at = isByRow ? places[r] * width + c : r * width + places[c];
      values[at] = from.values[r * columns + c];
    }
  }
  return values;
}
