import { CharrnnError, line, type Message, option } from '../errors.js';
import { formatCount, someOf } from '../format.js';
import type { Task } from '../model/shape.js';
import type { TaskConfig } from '../options/task-options.js';
import { defaults, type TrainingConfig, withGiven } from '../options/training-options.js';
import { splitExamples } from '../text/buckets.js';
import { readExamples } from '../text/example-files.js';
import { type Examples, longestOf } from '../text/examples.js';
import {
  digestOf,
  examplesOf,
  joined,
  labelsOf,
  type RawExamples,
  vocabularyOfExamples,
} from '../text/raw-examples.js';
import { readVectors } from '../text/vector-files.js';
import type { Vocabulary } from '../text/vocabulary.js';
import type { Origin } from './initialise-from.js';
import { charactersIn, type Material } from './material.js';
import { followExampleRecipe } from './recipe.js';
import { corpusOf, type FollowedRequest } from './request.js';

/** What is settled about a run once its texts or examples have been read. */
export interface Prepared {
  readonly config: TrainingConfig;
  readonly corpus: {
    readonly vocabulary: Vocabulary;
    /** In characters; of examples, all that are read and written. */
    readonly length: number;
    readonly sha256: string;
    readonly sources: readonly string[];
  };
  /** Number of characters, or of examples, to train on and held out. */
  readonly parts: { readonly training: number; readonly validation: number };
  readonly material: Material;
  readonly task?: Task | undefined;
  readonly sourceSequence?: number | undefined;
}

/** Reads the examples of a task. @throws CharrnnError when they cannot be read, or the request contradicts the task */
export async function prepareExamples(
  request: FollowedRequest,
  origin: Origin,
  task: TaskConfig,
  onNotice: (message: Message, kind?: 'adapted' | 'hint') => void,
): Promise<Prepared> {
  check(request, task);
  const { data } = origin.config ?? withGiven(defaults, origin.given);
  const path = request.vectors;
  const vectors = path === undefined ? undefined : { path, ...(await readVectors(path)) };
  const { name, truncate, films: areFilms } = task;
  const settings = { task: name, encoding: data.encoding, truncate, areFilms, vectors, onNotice };
  const raw = await readExamples(corpusOf(request), settings);
  const vocabulary = origin.vocabulary ?? vocabularyOfExamples(raw, data.minCount);
  const labels = origin.task?.labels ?? labelsOf(raw);
  const held = request.validationFile;
  const others = held === undefined ? undefined : await readExamples([held], settings);
  const examples = examplesOf(others ? joined(raw, others) : raw, vocabulary, labels, origin.remedy ?? 'take it out');
  if (others) checkLabels(others, labels, examples);
  const count = examples.count - (others?.count ?? 0);

  const features = vectors?.width ?? examples.frames?.width;
  const given =
    origin.config ?? followExampleRecipe({ examples: count, hasVectors: features !== undefined, given: origin.given });
  const config = origin.config ?? settled(request, given, task, examples, onNotice);
  const share = others ? 0 : config.data.validation;
  const split = splitExamples(count, share, config.run.seed);
  const validation = others ? numbersFrom(count, examples.count) : split.validation;
  const longest = longestOf(examples);
  return {
    config,
    corpus: {
      vocabulary,
      length: charactersIn(examples, numbersFrom(0, examples.count)),
      sha256: digestOf(examples, labels),
      sources: raw.sources,
    },
    parts: { training: split.training.length, validation: validation.length },
    material: {
      kind: 'examples',
      examples,
      training: split.training,
      validation,
      factors: task.balance ? factorsOf(examples, split.training, labels?.length ?? 0) : undefined,
    },
    task: {
      name: task.name,
      labels,
      features,
      isSourceReversed: task.name === 'translate' ? task.reverseSource : undefined,
    },
    sourceSequence: task.name === 'translate' ? longest.read : undefined,
  };
}

/** @throws CharrnnError (exit code 2) when options do not belong to the task */
function check(request: FollowedRequest, task: TaskConfig): void {
  const refuse = (key: string, fault: string): never => {
    throw new CharrnnError(line`${option(key)}: ${fault}; leave it out`, 2);
  };
  if (request.vectors !== undefined && task.name !== 'describe') refuse('vectors', 'only for the task describe');
  if (task.films && task.name === 'describe') refuse('films', 'only for the tasks label and translate');
  if (task.balance && task.name !== 'label') refuse('balance', 'only for the task label');
  if (task.reverseSource && task.name !== 'translate') refuse('reverseSource', 'only for the task translate');
  if (request.data?.sequence !== undefined) refuse('sequence', 'examples have their own lengths');
  if (request.initFrom !== undefined) refuse('initFrom', 'not possible for a task');
  if ((request.sampleEvery ?? 0) > 0) refuse('sampleEvery', 'only for a text without a task');
}

/** @throws CharrnnError at a label that training does not have */
function checkLabels(others: RawExamples, labels: readonly string[] | undefined, { labels: found }: Examples): void {
  const first = found?.indexOf(-1) ?? -1;
  if (first < 0 || labels === undefined || !others.labels) return;
  const unknown = others.labels.names.find((label) => !labels.includes(label));
  throw new CharrnnError(
    `${someOf(others.sources, 3)}: the label ${unknown} is not among those to train on; take it out`,
  );
}

/** The config with the batch that the examples allow, and the length of the longest. */
function settled(
  request: FollowedRequest,
  config: TrainingConfig,
  task: TaskConfig,
  examples: Examples,
  onNotice: (message: Message) => void,
): TrainingConfig {
  const { read, written } = longestOf(examples);
  const batch = Math.min(config.data.batch, examples.count);
  if (batch < config.data.batch && request.data?.batch !== undefined) {
    onNotice(
      line`${formatCount(examples.count)} examples, so ${option('batch')} ${batch} instead of ${config.data.batch}`,
    );
  }
  return { ...config, data: { ...config.data, batch, sequence: task.name === 'label' ? read : written }, task };
}

const numbersFrom = (from: number, to: number): Int32Array => {
  const numbers = new Int32Array(new SharedArrayBuffer(4 * (to - from)));
  for (let i = from; i < to; i++) numbers[i - from] = i;
  return numbers;
};

/** A factor for each label that makes all labels weigh the same: examples / (labels · examples of the label). */
function factorsOf({ labels }: Examples, members: Int32Array, count: number): Float32Array {
  const counts = new Float64Array(count);
  for (const i of members) if (labels) counts[labels[i]]++;
  const factors = new Float32Array(new SharedArrayBuffer(4 * count));
  counts.forEach((own, label) => {
    factors[label] = own > 0 ? members.length / (count * own) : 0;
  });
  return factors;
}
