// Converts untrusted documents to checkpoints, and checkpoints to documents.

import { Fault } from '../files/system-errors.js';
import { kebab } from '../options/option.js';
import { trainingValues } from '../options/training-options.js';
import { type ArrayGroup, type ArrayRecord, arrayGroups, checkArrays, elements, requiredArrays } from './arrays.js';
import { type Checkpoint, FORMAT, type NamedArray, type TrainingRecord, VERSION } from './checkpoint.js';
import { JsonObject, shown } from './json-stream.js';
import { checkSmallMembers, type SmallMembers } from './schema.js';

/**
 * Returns the checkpoint in a document.
 * @param isRead false for groups of arrays that were skipped; these become empty
 * @throws Fault with the first fault
 */
export function checkpointOf(document: JsonObject, isRead: (group: ArrayGroup) => boolean = () => true): Checkpoint {
  checkFormat(document.format);
  checkVersion(document.version);
  const { model, vocabulary, training } = checkSmallMembers(document);
  const { parameters: count, ...shape } = model;
  checkVocabulary(vocabulary, model.vocabulary);
  checkTask(model.task, training?.task?.name);
  if (training) checkTraining(training, model);

  const required = requiredArrays(shape, training?.options);
  if (count !== elements(required.parameters)) {
    throw new Fault(`model.parameters is ${count}, but its shape has ${elements(required.parameters)}`);
  }
  const parameters = checkArrays('parameters', document.parameters, required.parameters);
  if (!training) {
    for (const group of arrayGroups) {
      if (group === 'parameters') continue;
      if (document[group] !== undefined) throw new Fault(`has ${group}, but training is missing`);
    }
    return { model: shape, vocabulary, parameters };
  }
  const { options, task, ...progress } = training;
  const config = task ? { ...options, task } : options;
  const check = (group: ArrayGroup) => (isRead(group) ? checkArrays(group, document[group], required[group]) : []);
  return {
    model: shape,
    vocabulary,
    parameters,
    training: {
      ...{ config, ...progress },
      ...(document.latest !== undefined && { latest: check('latest') }),
      ...(document.best !== undefined && { best: check('best') }),
      ...(document.average !== undefined && { average: check('average') }),
      moments: check('moments'),
      carried: check('carried'),
    },
  };
}

/** Returns the document of a checkpoint, with its members in the order of writing. */
export function documentOf({ model, vocabulary, parameters, training }: Checkpoint): JsonObject {
  const { cell, layers, hidden, vocabulary: symbols, task } = model;
  const { unknown, codePoints } = vocabulary;
  const count = elements(parameters);
  const document = new JsonObject();
  document.format = FORMAT;
  document.version = VERSION;
  document.model = {
    cell,
    layers,
    hidden,
    vocabulary: symbols,
    parameters: count,
    ...(task && { task: defined(task) }),
  };
  document.vocabulary = { unknown, codePoints };
  if (training) document.training = trainingDocument(training);
  document.parameters = arraysDocument(parameters);
  if (training) {
    if (training.latest) document.latest = arraysDocument(training.latest);
    if (training.best) document.best = arraysDocument(training.best);
    if (training.average) document.average = arraysDocument(training.average);
    document.moments = arraysDocument(training.moments);
    document.carried = arraysDocument(training.carried);
  }
  return document;
}

/** Options that came later are written only if they are in use, so that earlier editions read what they can continue. */
const isWritten = (key: string, value: unknown): boolean => key !== 'accumulate' || value !== 1;

function trainingDocument(training: TrainingRecord) {
  const { config, corpus, totalSteps, step, bestValidationLoss, history, recent, seconds, ranks } = training;
  const options = Object.entries(trainingValues(config))
    .filter(([key, value]) => isWritten(key, value))
    .map(([key, value]) => [kebab(key), value ?? null]);
  return {
    options: Object.fromEntries(options),
    ...(config.task && { task: { ...config.task, truncate: config.task.truncate ?? null } }),
    corpus: { sha256: corpus.sha256, characters: corpus.characters },
    totalSteps,
    step,
    bestValidationLoss,
    history: history.map(({ step, epoch, loss, validationLoss }) => ({ step, epoch, loss, validationLoss })),
    recent: { sum: recent.sum, count: recent.count },
    seconds,
    ...(ranks !== undefined && { ranks }),
  };
}

function arraysDocument(arrays: readonly NamedArray[]): JsonObject {
  const document = new JsonObject();
  for (const array of arrays) {
    const { name, shape } = array;
    const found = Object.assign(new JsonObject(), { shape, dtype: 'float32' } satisfies Omit<ArrayRecord, 'data'>);
    // Not enumerable, so not copied: the values are in memory only while they are checked or written.
    document[name] = Object.defineProperty(found, 'data', { get: () => array.values });
  }
  return document;
}

/** @throws Fault unless `format` is that of charrnn */
export function checkFormat(format: unknown): void {
  if (format === FORMAT) return;
  const found = format === undefined ? 'it has no format' : `its format is ${shown(format)}`;
  throw new Fault(`is not a charrnn checkpoint (${found})`);
}

/** @throws Fault unless `version` is the one that this program reads */
export function checkVersion(version: unknown): void {
  if (version === VERSION) return;
  if (typeof version === 'number' && version > VERSION) {
    throw new Fault(
      `written by a newer charrnn (checkpoint version ${version}; this one reads ${VERSION}); update charrnn`,
    );
  }
  throw new Fault(`version is ${shown(version)}; this charrnn reads ${VERSION}`);
}

function checkVocabulary({ unknown, codePoints }: SmallMembers['vocabulary'], symbols: number): void {
  codePoints.forEach((codePoint, i) => {
    const where = `vocabulary.codePoints[${i}] is ${codePoint}`;
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) throw new Fault(`${where}, half a surrogate pair`);
    if (i > 0 && codePoint <= codePoints[i - 1]) {
      throw new Fault(`${where} after ${codePoints[i - 1]}; code points must ascend`);
    }
  });
  const found = codePoints.length + (unknown ? 1 : 0);
  if (found !== symbols) throw new Fault(`model.vocabulary is ${symbols}, but the vocabulary has ${found} symbols`);
}

/** The members of an object that are not undefined. */
const defined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Whether a text comes before another one in the order of their code points, which is that of their bytes. */
function precedes(a: string, b: string): boolean {
  const [first, second] = [a, b].map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const differs = first.findIndex((codePoint, i) => codePoint !== second[i]);
  return differs < 0 ? first.length < second.length : differs < second.length && first[differs] < second[differs];
}

/** Checks that a task has what it needs and no more. */
function checkTask(task: SmallMembers['model']['task'], trained: string | undefined): void {
  if (trained !== undefined && task?.name !== trained) {
    throw new Fault(`training.task.name is ${trained}, but the task of the model is ${task?.name ?? 'none'}`);
  }
  if (!task) return;
  const { name, labels, features } = task;
  const wanted = name === 'label' || (name === 'describe' && features === undefined);
  if (wanted !== (labels !== undefined)) {
    throw new Fault(`model.task.labels ${labels ? 'is not for' : 'is missing for'} the task ${name}`);
  }
  labels?.forEach((label, i) => {
    if (i > 0 && !precedes(labels[i - 1], label)) {
      throw new Fault(`model.task.labels[${i}] is ${shown(label)} after ${shown(labels[i - 1])}; labels must ascend`);
    }
  });
  if (labels && labels.length < 2) throw new Fault(`model.task.labels has ${labels.length}; a task needs at least two`);
}

/** Checks that duplicate values agree, and that the history is consistent with the current step. */
function checkTraining(training: NonNullable<SmallMembers['training']>, model: SmallMembers['model']): void {
  const { options, totalSteps, step, bestValidationLoss: best, history, recent } = training;
  for (const name of ['cell', 'layers', 'hidden'] as const) {
    if (options.model[name] !== model[name]) {
      throw new Fault(`training.options.${name} is ${options.model[name]}, but model.${name} is ${model[name]}`);
    }
  }
  if (totalSteps !== null && step > totalSteps)
    throw new Fault(`training.step is ${step}, but training.totalSteps is ${totalSteps}`);
  if (recent.count > step) throw new Fault(`training.recent.count is ${recent.count}, but training.step is ${step}`);
  history.forEach((entry, i) => {
    const where = `training.history[${i}]`;
    if (entry.step > step) throw new Fault(`${where}.step is ${entry.step}, but training.step is ${step}`);
    if (i > 0 && entry.step <= history[i - 1].step) {
      throw new Fault(`${where}.step is ${entry.step} after ${history[i - 1].step}; steps must ascend`);
    }
    const { validationLoss: loss } = entry;
    if (loss !== null && (best === null || best > loss)) {
      throw new Fault(`training.bestValidationLoss is ${best}, but ${where}.validationLoss is ${loss}`);
    }
  });
}
