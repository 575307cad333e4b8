import type { Vocabulary } from '../text/vocabulary.js';
import { symbolsOf, type Unknown } from './known.js';
import { nothingYet, type Piece } from './piece.js';
import { type Memory, type ParameterSource, Sampler } from './sampler.js';

const LINE_FEED = 10;
/** Symbols of a long prime that are read at once, and the characters from which on a prime is long. */
const CHUNK = 64;
const LONG = 1024;

export interface Prime {
  /** Text that the model reads first. */
  readonly prime: string;
  readonly unknown?: Unknown | undefined;
}

/** Where texts begin: what is known of the prime, and the logits (V) of the first character behind it. */
export interface Start {
  readonly memory: Memory;
  readonly logits: Float32Array;
}

/**
 * Reads a prime with a sampler of one text. Without one the model reads a line feed, so that it begins as a line does;
 * if its vocabulary has none, nothing, and all first characters are equally likely.
 *
 * @param parameters of the sampler, for another one that reads a long prime in chunks
 * @throws CharrnnError when the prime has a character that the vocabulary lacks
 */
export function* readPrime(
  sampler: Sampler,
  parameters: ParameterSource,
  vocabulary: Vocabulary,
  { prime, unknown }: Prime,
): Generator<Piece, Start> {
  const lineFeed = vocabulary.indexOf(LINE_FEED);
  if (prime === '' && lineFeed >= 0) sampler.feed([lineFeed]);
  const symbols = symbolsOf(prime, vocabulary, unknown);
  const rest = prime.length < LONG ? symbols : yield* readChunks(sampler, parameters, symbols);
  for (const symbol of rest) sampler.feed([symbol]);
  return { memory: sampler.remember(0), logits: sampler.next.slice() };
}

/** Reads all whole chunks. @returns what is left over */
function* readChunks(
  sampler: Sampler,
  parameters: ParameterSource,
  symbols: Iterable<number>,
): Generator<Piece, readonly number[]> {
  const reader = new Sampler(sampler.shape, parameters, { steps: CHUNK });
  let chunk: number[] = [];
  for (const symbol of symbols) {
    chunk.push(symbol);
    if (chunk.length < CHUNK) continue;
    reader.feed(chunk);
    chunk = [];
    yield nothingYet;
  }
  sampler.recall(0, reader.remember(0));
  return chunk;
}

/** The result of some work, done at one go. */
export function resultOf<R>(work: Generator<Piece, R>): R {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
