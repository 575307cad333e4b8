import { CharrnnError, line, option } from '../errors.js';
import { formatCharacter, formatCount } from '../format.js';
import type { SharedBackend } from '../kernels/backend.js';
import { LINE_FEED } from '../text/lines.js';
import type { Vocabulary } from '../text/vocabulary.js';
import type { ParameterSource } from './accelerating-instance.js';
import { nothingYet, type Piece } from './pieces.js';
import { type Memory, Sampler } from './sampler.js';

/**
 * What happens to a character that the model does not know: `error`, unless the model has an unknown symbol; `skip` it;
 * or `replace` it with another one.
 */
export type Unknown = 'error' | 'skip' | { readonly replace: string };

/** @throws CharrnnError (exit code 2) unless the text is `error`, `skip`, or `replace=` and one character */
export function unknownOf(text: string): Unknown {
  if (text === 'error' || text === 'skip') return text;
  const replace = text.startsWith('replace=') ? text.slice('replace='.length) : '';
  if ([...replace].length === 1) return { replace };
  const needed = 'must be error, skip, or replace= and one character, as in replace=?';
  throw new CharrnnError(line`${option('unknown')} ${text}: ${needed}`, 2);
}

/**
 * Yields the symbols of a text one at a time, so that a long text needs no additional memory.
 * @param subject what the text is, for the message
 * @throws CharrnnError (exit code 2) at an unknown character
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

/** Symbols of a long prime that are read at once, and the length in characters at which a prime is long. */
const CHUNK = 64;
const LONG = 1024;

export interface Prime {
  /** Text that the model reads first. */
  readonly prime: string;
  readonly unknown?: Unknown | undefined;
  /** Default: WebAssembly. */
  readonly backend?: SharedBackend | undefined;
}

/** Where texts begin: the memory of the prime, and the logits (V) of the first character after it. */
export interface Start {
  readonly memory: Memory;
  readonly logits: Float32Array;
}

/**
 * Reads a prime with a sampler of one text. If the prime is empty, the model reads a line feed, so that it starts at
 * the beginning of a line; if its vocabulary has none, it reads nothing and all first characters are equally likely.
 * A model that begins from a vector has only seen whole lines, and reads the line feed before a prime, too.
 *
 * @param parameters the sampler's parameters, for a second sampler that reads a long prime in chunks
 * @param vector (F) what the states begin from, if the task gives them
 * @throws CharrnnError when the prime has a character that the vocabulary lacks
 */
export function* readPrime(
  sampler: Sampler,
  parameters: ParameterSource,
  vocabulary: Vocabulary,
  { prime, unknown, backend }: Prime,
  vector?: ArrayLike<number>,
): Generator<Piece, Start> {
  const lineFeed = vocabulary.indexOf(LINE_FEED);
  if (vector) sampler.begin(vector);
  if ((vector || prime === '') && lineFeed >= 0) sampler.feed([lineFeed]);
  const symbols = symbolsOf(prime, vocabulary, unknown);
  const rest = prime.length < LONG ? symbols : yield* readChunks(sampler, parameters, symbols, backend);
  for (const symbol of rest) sampler.feed([symbol]);
  return { memory: sampler.remember(0), logits: sampler.next.slice() };
}

/** Reads whole chunks. @returns the remaining symbols, at least one: reading them yields the next logits */
function* readChunks(
  sampler: Sampler,
  parameters: ParameterSource,
  symbols: Iterable<number>,
  backend: SharedBackend | undefined,
): Generator<Piece, readonly number[]> {
  const reader = new Sampler(sampler.shape, parameters, { steps: CHUNK, backend });
  reader.recall(0, sampler.remember(0));
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

/** Runs a generator to its end. @returns its result */
export function resultOf<R>(work: Generator<Piece, R>): R {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
