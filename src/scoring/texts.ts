import type { Checkpoint, TrainingRecord } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import type { Encoding, Split } from '../options.js';
import { readCorpus } from '../text/corpus.js';
import { type MeasuredText, readMeasured } from '../text/measured.js';
import { assertSameCorpus } from '../text/same-corpus.js';
import { findSources } from '../text/sources.js';
import { split, type Tokens } from '../text/streams.js';
import { Vocabulary } from '../text/vocabulary.js';

export interface TextsRequest {
  readonly checkpoint: Checkpoint;
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  readonly split: Split;
  readonly encoding: Encoding;
  /** Characters at the beginning of each text that are not counted. */
  readonly warmUp: number;
  /** What `-` reads; `process.stdin` if not given. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: string) => void;
  /** Called before a text is read. */
  readonly onReading: (name: string) => void;
}

/** The texts to be measured, one after the other, so that one alone is in memory. @throws CharrnnError */
export async function* textsOf(request: TextsRequest): AsyncGenerator<MeasuredText> {
  const { checkpoint, corpus, encoding, warmUp, onReading } = request;
  if (request.split !== 'all') {
    onReading('the corpus');
    yield await partOfTraining(request.split, request);
    return;
  }
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  for (const source of await findSources(corpus, request)) {
    onReading(source.name);
    yield await readMeasured(source, encoding, vocabulary, warmUp);
  }
}

/** What a training read or held out, cut from its corpus exactly as it did. */
async function partOfTraining(part: 'training' | 'validation', request: TextsRequest): Promise<MeasuredText> {
  const { checkpoint, encoding, warmUp } = request;
  const { training } = checkpoint;
  if (!training) {
    throw new CharrnnError(`--split ${part}: the checkpoint has no record of a training; leave it out`, 2);
  }
  const tokens = cut(await trainedCorpus(training, request, { ...training.options, encoding }), part, training);
  const unknown = checkpoint.vocabulary.unknown ? count(tokens, 0) : 0;
  return { name: part, characters: tokens.length, unknown, tokens, warmUp, leftOut: 0 };
}

/** The tokens of the corpus of a training. @throws CharrnnError where it is another text */
async function trainedCorpus(
  training: TrainingRecord,
  { checkpoint, corpus: args, stdin, onNotice }: TextsRequest,
  options: TrainingRecord['options'],
): Promise<Tokens> {
  const remedy = '--split needs the text of the training';
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const corpus = await readCorpus(args, options, { vocabulary, remedy, stdin, onNotice });
  assertSameCorpus(args, corpus, training.corpus, 'the model', remedy);
  return corpus.tokens;
}

function cut(tokens: Tokens, part: 'training' | 'validation', { options }: TrainingRecord): Tokens {
  const { training, validation } = split(tokens.length, options.validation, () => {});
  if (part === 'training') return tokens.subarray(0, training);
  if (validation > 0) return tokens.subarray(training);
  throw new CharrnnError('--split validation: the training held nothing out; leave it out', 2);
}

function count(tokens: Tokens, symbol: number): number {
  let found = 0;
  for (let i = 0; i < tokens.length; i++) if (tokens[i] === symbol) found++;
  return found;
}
