import { availableParallelism } from 'node:os';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { counted, formatCount, someOf } from '../format.js';
import { backendsByName } from '../kernels/backend.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import type { ModelSettings } from '../model/network.js';
import type { Task as ModelTask } from '../model/shape.js';
import type { Split } from '../options/measuring-options.js';
import { defaultsOf } from '../options/option.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { translationOptions } from '../options/translation-options.js';
import { alone } from '../parallel/team.js';
import { Workers } from '../parallel/workers.js';
import { type Figures, figuresOf, UNKNOWN_NATS } from '../scoring/figures.js';
import { splitExamples } from '../text/buckets.js';
import { assertSameCorpus } from '../text/corpus.js';
import { readExamples } from '../text/example-files.js';
import { type Examples, lengthsOf, longestOf } from '../text/examples.js';
import { digestOf, examplesOf, type RawExamples, type RawTexts } from '../text/raw-examples.js';
import { readVectors } from '../text/vector-files.js';
import { Vocabulary } from '../text/vocabulary.js';
import { type Agreement, agreementOf } from './confusion.js';
import type { ExampleData, ExampleProcedures } from './example-worker.js';
import { translateSources } from './translate.js';
import { characterErrorRate } from './translation-errors.js';

export interface ExamplesRequest {
  /** A checkpoint of a task. */
  readonly checkpoint: Checkpoint;
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  /** The vectors of the texts, for a model that describes vectors. */
  readonly vectors?: string | undefined;
  readonly split: Split;
  readonly encoding: Encoding;
  /** Default: the available cores. Does not affect the result. */
  readonly threads?: number | undefined;
  readonly backend: BackendName;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
  readonly onProgress?: ((task: string, share: number) => void) | undefined;
}

interface Measured {
  readonly examples: number;
  /** Characters that are read or written and that the model does not know. */
  readonly unknown: number;
}

/** Labels, and nats per example with a label that the model has. */
export interface LabelMeasurement extends Measured, Agreement {
  readonly task: 'label';
  readonly nats: number | null;
}

/** Nats per character written, line feeds included. */
export interface WritingMeasurement extends Measured, Figures {
  readonly task: 'describe' | 'translate';
  /** Fraction of the texts that the model writes exactly, if it always takes the likeliest character. */
  readonly exact: number;
  /** Characters that are predicted. */
  readonly predictions: number;
  /** Of translations: characters to insert, delete or replace, by the characters of the targets. */
  readonly characterErrorRate?: number | null;
}

export type ExamplesMeasurement = LabelMeasurement | WritingMeasurement;

/** Measures a model of a task on examples. @throws CharrnnError */
export async function measureExamples(request: ExamplesRequest): Promise<ExamplesMeasurement> {
  const { checkpoint, corpus, encoding, stdin, onNotice, onProgress = () => {} } = request;
  const { task } = checkpoint.model;
  if (!task) throw new CharrnnError('the model is one of text, without a task; measure it on a text');
  const { truncate, films } = checkpoint.training?.config.task ?? {};
  const vectors = await vectorsOf(request, task);
  onProgress('reading the examples', 0);
  const areFilms = films ?? (task.features !== undefined && task.name !== 'describe');
  const raw = await readExamples(corpus, { task: task.name, encoding, truncate, areFilms, vectors, stdin, onNotice });
  checkWidth(raw, task);
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const examples = examplesOf(raw, vocabulary, task.labels);
  const members = membersOf(examples, request);
  const answers = new Int32Array(new SharedArrayBuffer(4 * examples.count));
  const { nats, predictions } = await evaluated(request, examples, members, answers);
  if (!Number.isFinite(nats)) {
    throw new CharrnnError(`the model's output is ${nats}; its weights are too large, use another checkpoint`);
  }
  const unknownOf = (texts: RawTexts | undefined): number =>
    members.reduce((sum, i) => sum + unknownIn(texts, i, vocabulary), 0);
  const unknown = { read: unknownOf(raw.read), written: unknownOf(raw.written) };
  const common = { examples: members.length, unknown: unknown.read + unknown.written };
  if (task.name === 'label') {
    const all = [...(raw.labels?.all() ?? [])];
    const names = Array.from(members, (i) => all[i]);
    const agreement = agreementOf(
      task.labels ?? [],
      names,
      Int32Array.from(members, (i) => answers[i]),
    );
    // An unseen label is no target: it costs nothing and does not count.
    const known = members.filter((i) => (examples.labels?.[i] ?? -1) >= 0).length;
    noticeUnseen(agreement, members.length - known, onNotice);
    return { task: 'label', ...common, nats: known === 0 ? null : nats / known, ...agreement };
  }
  const leftOut = vocabulary.unknown ? 0 : unknown.written;
  const all = predictions + leftOut;
  const { name } = task;
  const exact = members.filter((i) => answers[i] === 1 && unknownIn(raw.written, i, vocabulary) === 0).length;
  const errorRate = await errorRateOf(raw, members, request);
  return {
    ...{
      task: name,
      ...common,
      exact: exact / members.length,
      predictions: all,
      ...figuresOf(nats + leftOut * UNKNOWN_NATS, all),
    },
    ...(errorRate !== undefined && { characterErrorRate: errorRate }),
  };
}

/** The numbers of the examples to measure. @throws CharrnnError if a part is wanted and these are other examples */
function membersOf(examples: Examples, { checkpoint, corpus, split }: ExamplesRequest): Int32Array {
  if (split === 'all') return splitExamples(examples.count, 0, 0).training;
  const { training, model } = checkpoint;
  if (!training) {
    const fault = 'the checkpoint has no record of a training run';
    throw new CharrnnError(line`${option('split')} ${split}: ${fault}; leave it out`, 2);
  }
  const remedy = line`${option('split')} needs the examples of the training run`;
  let length = 0;
  for (let i = 0; i < examples.count; i++) {
    const { read, written } = lengthsOf(examples, i);
    length += read + written;
  }
  const found = { sha256: digestOf(examples, model.task?.labels), length };
  assertSameCorpus(corpus, found, training.corpus, 'the model', remedy);
  const { data, run } = training.config;
  const members = splitExamples(examples.count, data.validation, run.seed)[split];
  if (members.length > 0) return members;
  throw new CharrnnError(line`${option('split')} validation: the training run held nothing out; leave it out`, 2);
}

/** Batch size for a checkpoint without a record of its training. */
const BATCH = 64;
/** Steps of all streams of a batch, at most: very long texts are read in smaller batches. */
const MOST_ROWS = 2 ** 18;

/** The nats of all predictions. The batches are those of validation in training, which decide the last digits. */
async function evaluated(
  { checkpoint, backend, threads = availableParallelism(), onProgress = () => {} }: ExamplesRequest,
  examples: Examples,
  members: Int32Array,
  answers: Int32Array,
): Promise<{ readonly nats: number; readonly predictions: number }> {
  const { model: shape, parameters, training } = checkpoint;
  const longest = longestOf(examples);
  const own = shape.task?.name === 'label' ? longest.read : longest.written;
  const data = training?.config.data;
  const sequence = Math.max(own, data?.sequence ?? 1);
  const rows = Math.max(sequence, longest.read);
  const batch = Math.max(1, Math.min(data?.batch ?? BATCH, Math.floor(MOST_ROWS / rows)));
  const settings: ModelSettings = { ...forReading({ batch, sequence }), sourceSequence: longest.read };
  const size = Math.min(threads, batch);
  const use = { backend: backendsByName[backend], shape, settings, team: { ...alone, size } };
  const memory = sharedMemory(layOut(use), parameters);
  const start: ExampleData = { shape, settings, backend, memory, examples };
  const workers = new Workers<ExampleProcedures>(new URL('./example-worker.js', import.meta.url), size, start);
  try {
    const report = (count: number): void => onProgress('examples', count / members.length);
    return await workers.all('measure', { members, answers }, report);
  } finally {
    await workers.close();
  }
}

/** @throws CharrnnError (exit code 2) when vectors are missing, or given to a model without them */
async function vectorsOf({ vectors: path }: ExamplesRequest, { name, features }: ModelTask) {
  const areNeeded = name === 'describe' && features !== undefined;
  if (areNeeded && path === undefined) {
    throw new CharrnnError(line`the model describes vectors; give ${option('vectors')} with one for each text`, 2);
  }
  if (path === undefined) return undefined;
  if (!areNeeded)
    throw new CharrnnError(line`${option('vectors')}: only for a model that describes vectors; leave it out`, 2);
  return { path, ...(await readVectors(path)) };
}

/** @throws CharrnnError when vectors have another width than those of training */
function checkWidth({ frames, vectors, count, sources }: RawExamples, { features }: ModelTask): void {
  const width = frames?.width ?? (vectors && vectors.length / count);
  if (width === undefined || width === features) return;
  const wanted = `the model reads ${formatCount(features ?? 0)}; give vectors of that width`;
  throw new CharrnnError(`${someOf(sources, 3)}: vectors of ${formatCount(width)} numbers, ${wanted}`);
}

function noticeUnseen({ unseen }: Agreement, count: number, onNotice: (message: Message) => void): void {
  if (unseen.length === 0) return;
  const examples = `${counted(count, 'example')} with ${unseen.length === 1 ? 'a label' : 'labels'}`;
  onNotice(`${examples} that the model does not have (${someOf(unseen, 3)}): counted as wrong, without a loss`);
}

/** The number of characters of text i that a vocabulary lacks. */
const unknownIn = (texts: RawTexts | undefined, i: number, vocabulary: Vocabulary): number =>
  texts ? vocabulary.line(texts.text(i)).unknown : 0;

/** How far the translations of some examples are from their targets; undefined for another task. */
async function errorRateOf(
  { task, read, frames, written, sources }: RawExamples,
  members: Int32Array,
  { checkpoint, backend, threads }: ExamplesRequest,
): Promise<number | null | undefined> {
  if (task !== 'translate' || !written) return undefined;
  const sourceOf = (i: number): string | Float32Array => {
    if (!frames) return read ? textWithoutEnd(read.text(i)) : '';
    const { values, width, ends } = frames;
    return values.subarray((ends[i - 1] ?? 0) * width, ends[i] * width);
  };
  const own = Array.from(members, sourceOf);
  const targets = Array.from(members, (i) => textWithoutEnd(written.text(i)));
  const { beam, length } = defaultsOf(translationOptions);
  const answers = await translateSources(own, someOf(sources, 3), { checkpoint, beam, length, backend, threads });
  return characterErrorRate(targets, answers);
}

/** The text of an example, without its line feed. */
function textWithoutEnd(codePoints: Uint32Array): string {
  let text = '';
  for (const codePoint of codePoints.subarray(0, -1)) text += String.fromCodePoint(codePoint);
  return text;
}
