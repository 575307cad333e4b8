// Whose gradient flow is measured, and along which text.

import { fileURLToPath } from 'node:url';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { requireTask } from '../checkpoint/tasks.js';
import { CharrnnError, line, type Message, option, textOf } from '../errors.js';
import { formatCount, someOf } from '../format.js';
import { backendsByName } from '../kernels/backend.js';
import { gradientFlowOptions, type Precision } from '../options/gradient-flow-options.js';
import { checkMembers, defaultsOf } from '../options/option.js';
import { type BackendName, type CellName, cells, type Encoding } from '../options/training-options.js';
import { sample } from '../sampling/sample.js';
import { readMeasured } from '../scoring/measured-texts.js';
import { readCorpus } from '../text/corpus.js';
import { findSources } from '../text/sources.js';
import { Vocabulary } from '../text/vocabulary.js';
import { type GradientFlow, measureGradientFlow } from './gradient-flow.js';

export type { GradientFlow } from './gradient-flow.js';

/** The text for models that have none: it comes with charrnn. */
const STORIES = fileURLToPath(new URL('../../../corpora/stories', import.meta.url));

/** Characters that a model writes for itself, for each character of the distance and at least. */
const WRITTEN = { perDistance: 5, least: 10_000 };

export interface FlowModelsRequest {
  /** Trained models, with their names for messages. Default: initial models. */
  readonly checkpoints: readonly { readonly name: string; readonly checkpoint: Checkpoint }[];
  /** The cell of an initial model. Default: all three, one after another. */
  readonly cell?: CellName | undefined;
  readonly layers: number;
  readonly hidden: number;
  /** Files, folders, globs or `-`; none for a text that the model writes itself, or one that comes with charrnn. */
  readonly corpus: readonly string[];
  /** Default: as in training. */
  readonly encoding?: Encoding | undefined;
  readonly seed: number;
  readonly distance: number;
  readonly positions: number;
  readonly precision: Precision;
  readonly backend: BackendName;
  /** What `-` reads. Default: `process.stdin`. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
  readonly onProgress?: ((task: string, share: number) => void) | undefined;
}

/** The gradient flow of one of several models. */
export interface NamedFlow extends GradientFlow {
  /** The name of a checkpoint, or the cell of an initial model. */
  readonly name: string;
}

/** Measures each checkpoint, or without one initial models. @throws CharrnnError */
export async function* measureFlows(request: FlowModelsRequest): AsyncGenerator<NamedFlow> {
  const { checkpoints, cell, layers, hidden, seed, distance, positions, precision, backend, onProgress } = request;
  const settings = { seed, distance, positions, precision, backend };
  const progress = (name: string) => (share: number) => onProgress?.(name, share);
  if (checkpoints.length === 0) {
    const { text, vocabulary } = await textToLearn(request);
    for (const own of cell ? [cell] : cells) {
      const shape = { cell: own, layers, hidden, vocabulary };
      const flow = await measureGradientFlow({ ...settings, name: own, shape, text, onProgress: progress(own) });
      yield { name: own, ...flow };
    }
    return;
  }
  const read = await textsFor(request);
  for (const { name, checkpoint } of checkpoints) {
    const { model: shape, parameters } = checkpoint;
    const text = await read(name, checkpoint);
    const model = { name, shape, parameters, text };
    yield { name, ...(await measureGradientFlow({ ...settings, ...model, onProgress: progress(name) })) };
  }
}

/** Reads the text for initial models, which have the vocabulary that training on it would give them. */
async function textToLearn({ corpus, encoding = 'utf8', stdin, onNotice }: FlowModelsRequest) {
  const given = corpus.length > 0 ? corpus : [STORIES];
  const { tokens: text, vocabulary } = await readCorpus(given, { encoding, minCount: 1 }, { stdin, onNotice });
  if (corpus.length === 0) {
    onNotice(`no text given; reads the ${formatCount(text.length)} characters of the stories that come with charrnn`);
  }
  return { text, vocabulary: vocabulary.size };
}

type TextOf = (name: string, checkpoint: Checkpoint) => Promise<ArrayLike<number>>;

/** Returns how each trained model gets its text: the same for all, or one that it writes itself. */
async function textsFor(request: FlowModelsRequest): Promise<TextOf> {
  const { corpus, stdin, onNotice } = request;
  if (corpus.length === 0) return (name, checkpoint) => writtenBy(name, checkpoint, request);
  // Only a folder's files are told from others by the encoding.
  const sources = await findSources(corpus, { encoding: request.encoding ?? 'utf8', stdin, onNotice });
  return async (name, checkpoint) => {
    const vocabulary = new Vocabulary(checkpoint.vocabulary);
    const encoding = request.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
    const texts = [];
    for (const source of sources) texts.push(await readMeasured(source, encoding, vocabulary, 0));
    const all = texts.reduce((sum, { characters }) => sum + characters, 0);
    const length = texts.reduce((sum, { tokens }) => sum + tokens.length, 0);
    if (length < all) {
      onNotice(
        `${name}: leaves out ${formatCount(all - length)} of ${formatCount(all)} characters that it does not know`,
      );
    }
    const text = new Uint32Array(length);
    let at = 0;
    for (const { tokens } of texts) {
      text.set(tokens, at);
      at += tokens.length;
    }
    return text;
  };
}

/** Has a model write the text along which it is measured. */
async function writtenBy(name: string, checkpoint: Checkpoint, request: FlowModelsRequest): Promise<Int32Array> {
  const { seed, distance, backend, onNotice } = request;
  const length = Math.max(WRITTEN.least, WRITTEN.perDistance * distance);
  onNotice(`${name}: no text given; reads ${formatCount(length)} characters that it writes itself`);
  let text = '';
  const options = { prime: '', temperature: 1, seed, length, backend: backendsByName[backend] };
  for await (const piece of sample(checkpoint, options)) text += piece;
  return new Vocabulary(checkpoint.vocabulary).encode(text);
}

/** @throws CharrnnError (exit code 2) for a layer that one of the models does not have */
export function checkLayer(layer: number | undefined, models: readonly { name: string; layers: number }[]): void {
  const without = models.filter(({ layers }) => layer !== undefined && layer >= layers);
  if (layer === undefined || without.length === 0) return;
  const names = someOf(
    without.map(({ name, layers }) => `${name} has ${layers === 1 ? 'only layer 0' : `layers 0 to ${layers - 1}`}`),
    3,
  );
  throw new CharrnnError(line`${option('layer')} ${layer}: ${names}; give one of them`, 2);
}

export interface GradientFlowRequest
  extends Partial<
    Omit<FlowModelsRequest, 'checkpoints' | 'corpus' | 'encoding' | 'stdin' | 'onNotice' | 'onProgress'>
  > {
  /** Trained models; without them, initial models of all three cells unless one is given. */
  readonly checkpoints?: readonly Checkpoint[];
  /** What they read. Default: a text that each writes itself, or for initial models one that comes with charrnn. */
  readonly text?: string;
  readonly onNotice?: (message: string) => void;
}

/**
 * Measures how far back in a text the gradient of a loss reaches, for each checkpoint or for initial models.
 * @throws CharrnnError (as a rejection) when the text is too short for the distance, or a model has another task
 */
export async function gradientFlow(request: GradientFlowRequest = {}): Promise<GradientFlow[]> {
  checkMembers(gradientFlowOptions, request);
  const { checkpoints = [], text, onNotice, ...others } = request;
  const { svg: _, json: __, layer: ___, encoding: ____, ...defaults } = defaultsOf(gradientFlowOptions);
  for (const checkpoint of checkpoints) requireTask(checkpoint, ['text']);
  const flows: GradientFlow[] = [];
  const named = checkpoints.map((checkpoint, i) => ({ name: `checkpoint ${i + 1}`, checkpoint }));
  for await (const { name: _, ...flow } of measureFlows({
    ...{ ...defaults, ...others, checkpoints: named, encoding: 'utf8', corpus: text === undefined ? [] : ['-'] },
    stdin: text === undefined ? undefined : oneOf(Buffer.from(text)),
    onNotice: (message) => onNotice?.(textOf(message)),
  })) {
    flows.push(flow);
  }
  return flows;
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
