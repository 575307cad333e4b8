import { availableParallelism } from 'node:os';
import type { Checkpoint, TrainingRecord } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { exp, LN2 } from '../mathematics.js';
import type { BackendName, Encoding, Split } from '../options.js';
import { type Corpus, type CorpusSettings, readCorpus, readSources } from '../text/corpus.js';
import { someOf } from '../text/faults.js';
import { findSources } from '../text/sources.js';
import { split, type Tokens } from '../text/streams.js';
import { Vocabulary } from '../text/vocabulary.js';
import { EVALUATION_BATCH, Evaluator } from '../threads/evaluator.js';
import { type DynamicOptions, DynamicReader } from './dynamic.js';
import { UNKNOWN_NATS } from './unknown.js';

/** How well a model predicts a text. */
export interface Figures {
  /** Per predicted character; null where there is none. */
  readonly nats: number | null;
  readonly bits: number | null;
  /** e to the power of the nats: among how many equally likely characters the model is in doubt. */
  readonly perplexity: number | null;
}

export interface Measurement extends Figures {
  readonly name: string;
  readonly characters: number;
  /** Characters that were predicted and counted, unknown ones among them. */
  readonly predictions: number;
  /** Characters that the model does not know. */
  readonly unknown: number;
  /** By a model that goes on learning, where that was asked for. */
  readonly dynamic?: Figures;
}

export interface MeasureRequest {
  readonly checkpoint: Checkpoint;
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  readonly split: Split;
  readonly warmUp: number;
  readonly window: number | undefined;
  readonly dynamic: DynamicOptions | undefined;
  readonly encoding: Encoding;
  /** The cores available if not given. */
  readonly threads: number | undefined;
  readonly backend: BackendName;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: string) => void;
  /** Called now and then with the text that is being read, and its share that is over. */
  readonly onProgress: (name: string, share: number) => void;
}

/** Sums over a text. */
interface Counted {
  readonly name: string;
  readonly characters: number;
  readonly unknown: number;
  readonly predictions: number;
  readonly nats: number;
  readonly dynamicNats: number | undefined;
}

/** Measures a model on texts: each by itself, from a zero state, and all of them. @throws CharrnnError */
export async function measure(request: MeasureRequest): Promise<{ files: Measurement[]; total: Measurement }> {
  const { checkpoint, backend, threads = availableParallelism() } = request;
  const { batch, sequence } = checkpoint.training?.options ?? EVALUATION_BATCH;
  const evaluator = new Evaluator(checkpoint, { backend, threads, batch: { batch, sequence } });
  try {
    const all: Counted[] = [];
    for await (const part of textsOf(request)) all.push(await count(part, evaluator, request));
    const sum = (of: (counted: Counted) => number): number => all.reduce((total, counted) => total + of(counted), 0);
    const total: Counted = {
      name: 'total',
      characters: sum(({ characters }) => characters),
      unknown: sum(({ unknown }) => unknown),
      predictions: sum(({ predictions }) => predictions),
      nats: sum(({ nats }) => nats),
      dynamicNats: request.dynamic && sum(({ dynamicNats = 0 }) => dynamicNats),
    };
    return { files: all.map(measurement), total: measurement(total) };
  } finally {
    await evaluator.close();
  }
}

interface Text {
  readonly name: string;
  readonly tokens: Tokens;
  readonly unknown: number;
  /** How many of the unknown ones are not among the tokens. */
  readonly leftOut: number;
}

/** The texts to be measured, one after the other, so that one alone is in memory. */
async function* textsOf({ checkpoint, corpus: args, encoding, ...request }: MeasureRequest): AsyncGenerator<Text> {
  const { stdin, onNotice } = request;
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const settings = { vocabulary, leaveOut: true, stdin, onNotice };
  const options = { encoding, 'min-count': 1 };
  if (request.split === 'all') {
    for (const source of await findSources(args, { encoding, stdin, onNotice })) {
      const { tokens, unknownCharacters: unknown, length } = await readSources([source], options, settings);
      yield { name: source.name, tokens, unknown, leftOut: length - tokens.length };
    }
    return;
  }
  const { training } = checkpoint;
  if (!training) {
    throw new CharrnnError(`--split ${request.split}: the checkpoint has no record of a training; leave it out`, 2);
  }
  yield partOf(await trainedCorpus(args, training, settings), request.split, training);
}

/** The corpus of a training. @throws CharrnnError where it is another text */
async function trainedCorpus(
  args: readonly string[],
  { options, corpus: known }: TrainingRecord,
  settings: CorpusSettings,
): Promise<Corpus> {
  const corpus = await readCorpus(args, options, settings);
  if (corpus.sha256 === known.sha256) return corpus;
  const fault = 'not the corpus that the model was trained on';
  throw new CharrnnError(`${someOf(args, 3)}: ${fault}; give that one, or leave --split out`);
}

function partOf(corpus: Corpus, which: Split, { options }: TrainingRecord): Text {
  const { training } = split(corpus.length, options.validation, () => {});
  const tokens = which === 'training' ? corpus.tokens.subarray(0, training) : corpus.tokens.subarray(training);
  if (tokens.length > 0) return { name: which, tokens, unknown: 0, leftOut: 0 };
  throw new CharrnnError('--split validation: the training held nothing out; leave it out', 2);
}

async function count(text: Text, evaluator: Evaluator, request: MeasureRequest): Promise<Counted> {
  const { name, tokens, unknown, leftOut } = text;
  const { warmUp, window, dynamic, onProgress } = request;
  const { nats, predictions } = await evaluator.evaluate({ text: tokens, warmUp, window }, (share) =>
    onProgress(name, share),
  );
  const cost = leftOut * UNKNOWN_NATS;
  return {
    ...{ name, unknown },
    characters: tokens.length + leftOut,
    predictions: predictions + leftOut,
    nats: nats + cost,
    dynamicNats: dynamic && readDynamically(text, dynamic, request) + cost,
  };
}

/** Characters that are read between two signs of life. */
const PIECE = 2000;

/** Nats of a text by a model that goes on learning. */
function readDynamically({ name, tokens }: Text, dynamic: DynamicOptions, request: MeasureRequest): number {
  const { checkpoint, warmUp, onProgress } = request;
  const reader = new DynamicReader(checkpoint, dynamic);
  // Behind the first character, which is only read, whole segments.
  const step = dynamic.segment * Math.ceil(PIECE / dynamic.segment);
  const first = Math.max(1, warmUp);
  let nats = 0;
  for (let at = 0; at < tokens.length; ) {
    const to = at === 0 ? Math.min(1 + step, tokens.length) : Math.min(at + step, tokens.length);
    reader.read(tokens.subarray(at, to)).forEach((value, i) => {
      if (at + i >= first) nats += value;
    });
    at = to;
    onProgress(name, at / tokens.length);
  }
  return nats;
}

function measurement({ name, characters, unknown, predictions, nats, dynamicNats }: Counted): Measurement {
  return {
    ...{ name, characters, predictions, unknown },
    ...figures(nats, predictions),
    ...(dynamicNats !== undefined && { dynamic: figures(dynamicNats, predictions) }),
  };
}

function figures(sum: number, predictions: number): Figures {
  if (predictions === 0) return { nats: null, bits: null, perplexity: null };
  const nats = sum / predictions;
  return { nats, bits: nats / LN2, perplexity: exp(Math.min(nats, 700)) };
}
