import { CharrnnError, line, option } from '../errors.js';
import { formatCharacter, formatCount } from '../format.js';
import type { SharedBackend } from '../kernels/backend.js';
import type { Vocabulary } from '../text/vocabulary.js';
import { nothingYet, type Piece } from './pieces.js';
import { type Memory, type ParameterSource, Sampler } from './sampler.js';

/**
 * What becomes of a character that a model does not know: an error, unless the model has a symbol for the unknown; it is
 * not read; or another one is read in its place.
 */
export type Unknown = 'error' | 'skip' | { readonly replace: string };

/** @throws CharrnnError usage, unless the text is `error`, `skip`, or `replace=` and one character */
export function unknownOf(text: string): Unknown {
  if (text === 'error' || text === 'skip') return text;
  const replace = text.startsWith('replace=') ? text.slice('replace='.length) : '';
  if ([...replace].length === 1) return { replace };
  const needed = 'must be error, skip, or replace= and one character, as replace=?';
  throw new CharrnnError(line`${option('unknown')} ${text}: ${needed}`, 2);
}

/**
 * The symbols of a text one after the other, so that a long text needs no more memory than it has.
 * @param subject what the text is, for the message
 * @throws CharrnnError (exit code 2) at a character that is not known
 */
export function* symbolsOf(
  text: string,
  vocabulary: Vocabulary,
  unknown: Unknown = 'error',
  subject = 'prime',
): Generator<number> {
  const instead =
    typeof unknown === 'object' ? vocabulary.encode(unknown.replace, line`${option('unknown')}`)[0] : undefined;
  let position = 0;
  for (const character of text) {
    position++;
    const codePoint = character.codePointAt(0) ?? 0;
    const symbol = vocabulary.indexOf(codePoint);
    if (symbol >= 0) yield symbol;
    else if (instead !== undefined) yield instead;
    else if (unknown === 'skip') continue;
    else if (vocabulary.unknown) yield 0;
    else throw notKnown(subject, position, codePoint, vocabulary.size);
  }
}

function notKnown(subject: string, position: number, codePoint: number, symbols: number): CharrnnError {
  const where = `character ${formatCount(position)}, ${formatCharacter(codePoint)}`;
  const remedy = subject === 'prime' ? line`leave it out, or give ${option('unknown')} skip` : 'leave it out';
  const fault = `is not among the ${formatCount(symbols)} that the model knows`;
  return new CharrnnError(line`${subject}: ${where}, ${fault}; ${remedy}`, 2);
}

const LINE_FEED = 10;
/** Symbols of a long prime that are read at once, and the characters from which on a prime is long. */
const CHUNK = 64;
const LONG = 1024;

export interface Prime {
  /** Text that the model reads first. */
  readonly prime: string;
  readonly unknown?: Unknown | undefined;
  /** WebAssembly if not given. */
  readonly backend?: SharedBackend | undefined;
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
  { prime, unknown, backend }: Prime,
): Generator<Piece, Start> {
  const lineFeed = vocabulary.indexOf(LINE_FEED);
  if (prime === '' && lineFeed >= 0) sampler.feed([lineFeed]);
  const symbols = symbolsOf(prime, vocabulary, unknown);
  const rest = prime.length < LONG ? symbols : yield* readChunks(sampler, parameters, symbols, backend);
  for (const symbol of rest) sampler.feed([symbol]);
  return { memory: sampler.remember(0), logits: sampler.next.slice() };
}

/** Reads whole chunks. @returns what is left over: one symbol at least, after which the sampler knows what may follow */
function* readChunks(
  sampler: Sampler,
  parameters: ParameterSource,
  symbols: Iterable<number>,
  backend: SharedBackend | undefined,
): Generator<Piece, readonly number[]> {
  const reader = new Sampler(sampler.shape, parameters, { steps: CHUNK, backend });
  let chunk: number[] = [];
  for (const symbol of symbols) {
    if (chunk.length === CHUNK) {
      reader.feed(chunk);
      chunk = [];
      yield nothingYet;
    }
    chunk.push(symbol);
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
