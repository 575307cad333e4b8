// What a training run begins with: a new model, the state of a run that goes on, or the weights of another.

import type { Checkpoint, NamedArray, TrainingProgress, TrainingRecord } from '../checkpoint/checkpoint.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { someOf } from '../files/system-errors.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import { initialise } from '../model/initialise.js';
import type { LanguageModel } from '../model/network.js';
import type { ModelShape } from '../model/shape.js';
import {
  type CorpusOptions,
  type PresetName,
  resumableOptions,
  type TrainingOptions,
} from '../options/training-options.js';
import { assertSameCorpus, type Corpus, type CorpusSettings, readCorpus } from '../text/corpus.js';
import { fit as fitBatch, split } from '../text/streams.js';
import { Vocabulary } from '../text/vocabulary.js';
import type { Engine } from './engine.js';
import { followRecipe } from './recipe.js';
import { writeArrays, writeWeights } from './snapshot.js';

export type RunOptions = TrainingOptions & CorpusOptions;

/** Where a run comes from; nothing given is a new model. */
export interface Origin {
  /** The checkpoint whose run goes on. */
  readonly resume?: string | undefined;
  /** The checkpoint whose weights a new run begins with. */
  readonly initFrom?: string | undefined;
  /** Characters that those weights do not know get new rows; otherwise they are an error. */
  readonly extendVocabulary?: boolean | undefined;
}

export interface BeginRequest {
  readonly origin: Origin;
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  readonly options: RunOptions;
  /** Names of the options that the user gave. */
  readonly given: ReadonlySet<string>;
  /** Whether options that were not given are chosen for the corpus and the time, and the size of the model then. */
  readonly recipe?: { readonly preset?: PresetName | undefined } | undefined;
  /** What was adapted, or, as a hint, chosen. */
  readonly onNotice: (message: string, kind?: 'hint') => void;
}

export interface Beginning {
  readonly options: RunOptions;
  readonly corpus: Corpus;
  /** Characters to train on, and held out behind them. */
  readonly parts: { readonly training: number; readonly validation: number };
  readonly shape: ModelShape;
  /** How far a run is that goes on. */
  readonly resumed: TrainingProgress | undefined;
  /** Bytes of a checkpoint's arrays, which are held until they are in the engine. */
  readonly loadedBytes: number;
  /**
   * Writes the weights, moments and states of the first step into an engine at rest, and lets go of where they came
   * from: to be called once.
   * @returns the best weights so far, of a run that goes on
   */
  readonly fill: (engine: Engine) => readonly NamedArray[] | undefined;
}

/** Reads what a run needs. @throws CharrnnError */
export function begin(request: BeginRequest): Promise<Beginning> {
  const { resume, initFrom, extendVocabulary } = request.origin;
  if (resume !== undefined && initFrom !== undefined) {
    throw new CharrnnError('--resume and --init-from: one of them; the one goes on, the other begins anew', 2);
  }
  if (extendVocabulary && initFrom === undefined) {
    throw new CharrnnError('--extend-vocabulary: needs --init-from and a checkpoint', 2);
  }
  if (isStandardInput(resume ?? initFrom) && request.corpus.some(isStandardInput)) {
    throw new CharrnnError('standard input: the corpus or the checkpoint, not both; give one of them as a file', 2);
  }
  if (resume !== undefined) return goOn(resume, request);
  return initFrom === undefined ? beginAnew(request) : beginFrom(initFrom, request);
}

async function beginAnew(request: BeginRequest): Promise<Beginning> {
  return newRun(request, request.options, {}, ({ layout, kernels }, { options }) => {
    initialise(layout.model, kernels, options.seed);
  });
}

/** A new run with the weights of a checkpoint, whose model and vocabulary it takes over. */
async function beginFrom(path: string, request: BeginRequest): Promise<Beginning> {
  // Its moments and states are not held.
  const { model, vocabulary, parameters } = await loadCheckpoint(path);
  const loaded = new Once({ model, vocabulary, parameters });
  const { cell, layers, hidden } = model;
  refuseOthers(path, { cell, layers, hidden }, request, 'has');
  const options = { ...request.options, cell, layers, hidden };
  const settings = {
    vocabulary: new Vocabulary(vocabulary),
    extend: request.origin.extendVocabulary,
    remedy: 'take them out, or add --extend-vocabulary',
  };
  const fixed = new Set([...request.given, 'cell', 'layers', 'hidden']);
  const run = await newRun({ ...request, given: fixed }, options, settings, ({ layout, kernels }, { corpus }) => {
    initialise(layout.model, kernels, options.seed);
    transfer(loaded.take(), corpus.vocabulary, layout.model, kernels);
  });
  return { ...run, loadedBytes: bytesOf(parameters) };
}

type Fill = (engine: Engine, run: { readonly options: RunOptions; readonly corpus: Corpus }) => void;

/** A run from its first step on, its batch adapted to the corpus. */
async function newRun(
  { corpus: sources, given, recipe, onNotice }: BeginRequest,
  defaults: RunOptions,
  settings: CorpusSettings,
  fill: Fill,
): Promise<Beginning> {
  const corpus = await readCorpus(sources, defaults, { ...settings, onNotice });
  const request = { characters: corpus.length, preset: recipe?.preset, options: defaults, given };
  const { options: chosen, told } = recipe ? followRecipe(request) : { options: defaults, told: undefined };
  if (told !== undefined) onNotice(told, 'hint');
  const wanted = { ...defaults, ...chosen };
  const parts = split(corpus.length, wanted.validation, onNotice);
  const options = { ...wanted, ...fitBatch(someOf(sources, 3), parts.training, wanted, given, onNotice) };
  const { cell, layers, hidden } = options;
  const shape = { cell, layers, hidden, vocabulary: corpus.vocabulary.size };
  return {
    ...{ options, corpus, parts, shape, resumed: undefined, loadedBytes: 0 },
    fill: (engine) => {
      fill(engine, { options, corpus });
      const { model, optimizer } = engine.layout;
      if (optimizer.average) engine.kernels.copy(model.weights.block, optimizer.average.block);
      return undefined;
    },
  };
}

/** A run that goes on as if it had never stopped: the same corpus, the same options but those that may change. */
async function goOn(path: string, request: BeginRequest): Promise<Beginning> {
  const checkpoint = await loadCheckpoint(path);
  const { training } = checkpoint;
  if (!training) {
    throw new CharrnnError(`${path}: made for sampling alone, without the state of a training; try --init-from`);
  }
  const options = resumedOptions(path, training.options, request);
  const corpus = await readCorpus(request.corpus, options, {
    vocabulary: new Vocabulary(checkpoint.vocabulary),
    remedy: '--resume needs the same corpus; --init-from begins a new training',
    onNotice: request.onNotice,
  });
  assertSameCorpus(request.corpus, corpus, training.corpus, path, '--init-from begins a new training');
  const parts = split(corpus.length, options.validation, () => {});
  const { parameters } = checkpoint;
  const { moments, carried, latest = [], best = [], average = [], ...resumed } = training;
  const loadedBytes = bytesOf([...parameters, ...moments, ...carried, ...latest, ...best, ...average]);
  const loaded = new Once({ parameters, training });
  return {
    ...{ options, corpus, parts, shape: checkpoint.model, resumed, loadedBytes },
    fill: (engine) => restore(loaded.take(), engine),
  };
}

/** Writes the state of a run into an engine. @returns the best weights so far */
function restore(
  { parameters, training }: Pick<Checkpoint, 'parameters'> & { readonly training: TrainingRecord },
  { layout, kernels }: Engine,
): readonly NamedArray[] {
  const { model, optimizer } = layout;
  writeWeights(kernels, model.weights, training.latest ?? parameters);
  if (optimizer.average) writeWeights(kernels, optimizer.average, training.average ?? parameters);
  for (const moment of optimizer.moments) writeArrays(kernels, moment.parameters.tensors, training.moments);
  const states = model.states.map(({ name, initial }) => ({ ...initial, name }));
  writeArrays(kernels, states, training.carried);
  return training.best ?? parameters;
}

const bytesOf = (arrays: readonly NamedArray[]): number =>
  arrays.reduce((bytes, { shape }) => bytes + 4 * shape.reduce((size, length) => size * length, 1), 0);

/** Something large that is used once and then let go, whoever may still hold its holder. */
class Once<T> {
  constructor(private held: T | undefined) {}

  take(): T {
    const { held } = this;
    if (held === undefined) throw new RangeError('taken before');
    this.held = undefined;
    return held;
  }
}

/** The options of the checkpoint, with those that may change as given. A new limit takes the place of all old ones. */
function resumedOptions(path: string, stored: RunOptions, request: BeginRequest): RunOptions {
  const { given, options } = request;
  const free: readonly string[] = resumableOptions;
  const fixed = Object.fromEntries(Object.entries(stored).filter(([name]) => !free.includes(name)));
  refuseOthers(path, fixed, request, 'was trained with');
  const { epochs, steps, minutes } = options;
  const isLimited = ['epochs', 'steps', 'minutes'].some((name) => given.has(name));
  return {
    ...stored,
    ...(isLimited && { epochs, steps, minutes }),
    ...(given.has('validate-every') && { 'validate-every': options['validate-every'] }),
    ...(given.has('patience') && { patience: options.patience }),
  };
}

/** @throws CharrnnError usage, where an option was given another value than the checkpoint has */
function refuseOthers(path: string, stored: object, { given, options, origin }: BeginRequest, verb: string): void {
  const wanted: Readonly<Record<string, unknown>> = options;
  for (const [name, value] of Object.entries(stored)) {
    if (!given.has(name) || wanted[name] === value) continue;
    const remedy =
      origin.resume === undefined ? 'leave it out' : 'leave it out, or begin a new training by --init-from';
    throw new CharrnnError(`--${name} ${wanted[name]}: ${path} ${verb} --${name} ${value}; ${remedy}`, 2);
  }
}

/**
 * Writes the weights of a checkpoint over those of a new model of the same cell, layers and hidden size, whose
 * vocabulary has at least its characters. What belongs to a character follows it: its row of `layer0.Wx` (V,G·H), its
 * column of `decoder.W` (H,V), its bias in `decoder.b` (V). A new character keeps its initial row and column, and has
 * the lowest bias that was trained: it begins as unlikely as the rarest.
 */
export function transfer(checkpoint: Checkpoint, vocabulary: Vocabulary, model: LanguageModel, kernels: Kernels): void {
  const places = placesOf(new Vocabulary(checkpoint.vocabulary), vocabulary);
  for (const array of checkpoint.parameters) {
    const w = model.weights.get(array.name);
    kernels.write(w, array.values.length === w.size ? array.values : spread(array, w, kernels.read(w), places));
  }
}

/** For each symbol of `from`, its index in `to`. */
function placesOf(from: Vocabulary, to: Vocabulary): number[] {
  const characters = from.record.codePoints.map((codePoint) => to.indexOf(codePoint));
  return from.unknown ? [0, ...characters] : characters;
}

/** The initial values of a larger tensor, with those of the smaller one in their new places. */
function spread(from: NamedArray, w: Tensor, initial: ArrayLike<number>, places: readonly number[]): Float32Array {
  const values = Float32Array.from(initial);
  if (from.shape.length === 1) values.fill(from.values.reduce((lowest, bias) => Math.min(lowest, bias)));
  const isByRow = from.name === 'layer0.Wx';
  // A row of Wx moves as a whole; of the decoder, single elements move in rows of V.
  const [rows, columns] = from.shape.length === 1 ? [1, from.shape[0]] : from.shape;
  const width = w.shape.at(-1) ?? 1;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const at = isByRow ? places[r] * width + c : r * width + places[c];
      values[at] = from.values[r * columns + c];
    }
  }
  return values;
}
