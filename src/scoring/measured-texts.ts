import type { Checkpoint, TrainingRecord } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, type Message, option } from '../errors.js';
import type { Split } from '../options/measuring-options.js';
import type { Encoding, TrainingConfig } from '../options/training-options.js';
import { assertSameCorpus, changed, readCorpus } from '../text/corpus.js';
import { decode } from '../text/decode.js';
import { findSources, type Source } from '../text/sources.js';
import { split } from '../text/streams.js';
import { allocate, type Tokens, write } from '../text/tokens.js';
import { Vocabulary } from '../text/vocabulary.js';

/** A text to measure a model on. It may contain characters that the model does not know. */
export interface MeasuredText {
  readonly name: string;
  /** Characters (code points), including unknown ones. */
  readonly characters: number;
  readonly unknown: number;
  /** What the model reads, in shared memory. An unknown character is the unknown symbol or, without one, left out. */
  readonly tokens: Tokens;
  /** Number of tokens at the start that are not counted. */
  readonly warmUp: number;
  /** Number of unknown characters that were left out but count. */
  readonly leftOut: number;
}

/**
 * Reads one text, twice and in pieces, so that only its tokens are held in memory.
 * @param warmUp number of characters at the start that are not counted
 * @throws CharrnnError when it cannot be read, or is invalid in this encoding
 */
export async function readMeasured(
  { name, read }: Source,
  encoding: Encoding,
  vocabulary: Vocabulary,
  warmUp: number,
): Promise<MeasuredText> {
  const isKnown = (codePoint: number): boolean => vocabulary.indexOf(codePoint) >= 0;
  let characters = 0;
  let unknown = 0;
  let unknownInWarmUp = 0;
  for await (const codePoints of decode(read(), encoding, name)) {
    for (let i = 0; i < codePoints.length; i++) {
      if (isKnown(codePoints[i])) continue;
      unknown++;
      if (characters + i < warmUp) unknownInWarmUp++;
    }
    characters += codePoints.length;
  }
  const leavesOut = !vocabulary.unknown;
  const tokens = allocate(leavesOut ? characters - unknown : characters, vocabulary.size);
  let at = 0;
  for await (const all of decode(read(), encoding, name)) {
    const codePoints = leavesOut && unknown > 0 ? all.filter(isKnown) : all;
    if (at + codePoints.length > tokens.length || !write(codePoints, vocabulary, tokens, at)) throw changed(name);
    at += codePoints.length;
  }
  if (at !== tokens.length) throw changed(name);
  return {
    ...{ name, characters, unknown, tokens },
    warmUp: warmUp - (leavesOut ? unknownInWarmUp : 0),
    leftOut: leavesOut ? unknown - unknownInWarmUp : 0,
  };
}

export interface TextsRequest {
  readonly checkpoint: Checkpoint;
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  readonly split: Split;
  readonly encoding: Encoding;
  /** Number of characters at the start of each text that are not counted. */
  readonly warmUp: number;
  /** What `-` reads. Default: `process.stdin`. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: Message) => void;
  /** Called before a text is read. */
  readonly onReading: (name: string) => void;
}

/** Yields the texts to measure one at a time, so that only one is in memory. @throws CharrnnError */
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

/** Returns the part of the corpus that a training run read or held out, split exactly as that run split it. */
async function partOfTraining(part: 'training' | 'validation', request: TextsRequest): Promise<MeasuredText> {
  const { checkpoint, encoding, warmUp } = request;
  const { training } = checkpoint;
  if (!training) {
    const fault = 'the checkpoint has no record of a training run';
    throw new CharrnnError(line`${option('split')} ${part}: ${fault}; leave it out`, 2);
  }
  const tokens = cut(await trainedCorpus(training, request, { ...training.config.data, encoding }), part, training);
  const unknown = checkpoint.vocabulary.unknown ? count(tokens, 0) : 0;
  return { name: part, characters: tokens.length, unknown, tokens, warmUp, leftOut: 0 };
}

/** Returns the tokens of a training run's corpus. @throws CharrnnError when the text is a different one */
async function trainedCorpus(
  training: TrainingRecord,
  { checkpoint, corpus: args, stdin, onNotice }: TextsRequest,
  data: TrainingConfig['data'],
): Promise<Tokens> {
  const remedy = line`${option('split')} needs the text of the training run`;
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const corpus = await readCorpus(args, data, { vocabulary, remedy, stdin, onNotice });
  assertSameCorpus(args, corpus, training.corpus, 'the model', remedy);
  return corpus.tokens;
}

function cut(tokens: Tokens, part: 'training' | 'validation', { config }: TrainingRecord): Tokens {
  const { training, validation } = split(tokens.length, config.data.validation, () => {});
  if (part === 'training') return tokens.subarray(0, training);
  if (validation > 0) return tokens.subarray(training);
  throw new CharrnnError(line`${option('split')} validation: the training run held nothing out; leave it out`, 2);
}

function count(tokens: Tokens, symbol: number): number {
  let found = 0;
  for (let i = 0; i < tokens.length; i++) if (tokens[i] === symbol) found++;
  return found;
}
