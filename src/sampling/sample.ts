import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { formatCharacter, formatCount } from '../format.js';
import { LINE_FEED } from '../text/lines.js';
import { Vocabulary } from '../text/vocabulary.js';
import { parameterSource } from './accelerating-instance.js';
import { searchText } from './beam.js';
import { type Drawing, drawTexts, type Origin } from './draw.js';
import { beginningsOf, type Given } from './given.js';
import { type Ending, nothingYet, type Piece, type Pieces, wholeTexts } from './pieces.js';
import { type Prime, readPrime, resultOf } from './prime.js';
import { Sampler } from './sampler.js';

/** Maximum number of texts read in parallel, and of their characters that may wait for earlier texts. */
const MOST_TEXTS = 64;
const MOST_WAITING = 2 ** 24;

/** Default maximum length in characters; and, when lines or stop texts end a text, per text and per line. */
const LENGTH = 1000;
const GENEROUS = 100_000;
const LINE = 1000;

/** What to draw. An option that is not given is off unless it has a default. */
export interface DrawOptions extends Prime, Omit<Drawing, 'length'> {
  /** Maximum number of characters. Default: 1000; with `lines` or `stop` 100,000, or 1000 per line if that is more. */
  readonly length?: number | undefined;
  /** Seed of the first text; text k has seed + k·stride modulo 2^32. */
  readonly seed: number;
  /** Default: 1. */
  readonly stride?: number | undefined;
  /** Number of texts; given vectors, for each of them. Default: 1. */
  readonly count?: number | undefined;
  /** What a describing model begins from. */
  readonly given?: Given | undefined;
  /** Texts that a beam search keeps at each step; the search finds one text, and nothing is drawn at random. */
  readonly beam?: number | undefined;
}

/** What to write. */
export interface SampleOptions extends DrawOptions, Selection {
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * Yields the text that a model writes after the prime, character by character; several texts follow each other
 * directly.
 * @throws CharrnnError when the prime has a character that the vocabulary lacks
 */
export async function* sample(checkpoint: Checkpoint, options: SampleOptions): AsyncGenerator<string> {
  for await (const { text } of samplePieces(checkpoint, options)) if (text !== '') yield text;
}

/** Like `sample`, but yields the pieces of all texts, with their seeds, ends and, if requested, probabilities. */
export function samplePieces(checkpoint: Checkpoint, options: SampleOptions): AsyncGenerator<Piece> {
  return selected(drawPieces(checkpoint, drawnFor(checkpoint, options)), options);
}

/**
 * Returns what to draw for a request: all texts, or if only some will be selected, any number.
 * @throws CharrnnError (exit code 2) when what is given does not suit the model or the selection
 */
export function drawnFor(
  checkpoint: Checkpoint,
  { unique, novel, onNotice: _, ...options }: SampleOptions,
): Drawn & { readonly texts: number } {
  const { count = 1, beam, given } = options;
  const vectors = beginningsOf(checkpoint, given).count;
  if (!(unique || novel) || beam !== undefined) return { ...options, texts: vectors * count };
  if (given !== undefined && typeof given !== 'string') {
    const other = option(unique ? 'unique' : 'novel');
    throw new CharrnnError(line`${other}: cannot be combined with vectors of ${option('given')}; leave it out`, 2);
  }
  return { ...options, texts: Number.POSITIVE_INFINITY };
}

/** Yields all texts, or only the first `count` that are unique or novel. */
export async function* selected(
  pieces: Pieces,
  { prime, count, unique, novel, onNotice }: Omit<SampleOptions, 'backend'>,
): AsyncGenerator<Piece> {
  yield* unique || novel ? select(pieces, prime, { count, unique, novel }, onNotice) : pieces;
}

/** What one thread draws. */
export interface Drawn extends DrawOptions {
  /** Number of texts. Default: `count`. */
  readonly texts?: number | undefined;
  /** The number of the first text among all, from 0; the next one has this number plus `stride`. Default: 0. */
  readonly first?: number | undefined;
}

/** Draws texts and yields their pieces in order. */
export function* drawPieces(checkpoint: Checkpoint, options: Drawn): Generator<Piece> {
  const { count = 1, texts: all = count, beam, backend } = options;
  const shape = checkpoint.model;
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const beginnings = beginningsOf(checkpoint, options.given);
  const ending = endingOf(options, vocabulary, shape.task !== undefined);
  const parameters = parameterSource(checkpoint.parameters);
  const reader = new Sampler(shape, parameters, { backend });
  const beginAt = (row: number) => readPrime(reader, parameters, vocabulary, options, beginnings.vector(row));
  const texts = beam ?? Math.max(1, Math.min(MOST_TEXTS, all, Math.floor(MOST_WAITING / (ending.length + 1))));
  const isAlone = texts === 1 && beginnings.count === 1;
  if (beam !== undefined) {
    const sampler = new Sampler(shape, parameters, { texts, backend });
    for (let row = 0; row < beginnings.count; row++) {
      const given = beginnings.name(row);
      const start = yield* beginAt(row);
      for (const piece of searchText(sampler, start, vocabulary, ending)) yield { ...piece, ...(given && { given }) };
    }
    return;
  }
  let [row, start] = [rowOf(0, options), yield* beginAt(rowOf(0, options))];
  const sampler = isAlone ? reader : new Sampler(shape, parameters, { texts, backend });
  /** What text k of this thread begins from; one vector is read at a time. */
  const originOf = (k: number, seed: number): Origin => {
    const next = rowOf(k, options);
    if (next !== row) [row, start] = [next, resultOf(beginAt(next))];
    return { seed, start, given: beginnings.name(row) };
  };
  yield* drawTexts(sampler, vocabulary, originsFrom(options, all, originOf), { ...options, ...ending });
}

/** The number of the vector that text k begins from. */
const rowOf = (k: number, { first = 0, stride = 1, count = 1, given }: Drawn): number =>
  given === undefined || typeof given === 'string' ? 0 : Math.floor((first + k * stride) / count);

/** Yields the text that a fresh sampler of one text writes. */
export function* generate(sampler: Sampler, vocabulary: Vocabulary, options: SampleOptions): Generator<string> {
  const start = resultOf(readPrime(sampler, () => [], vocabulary, options));
  const ending = endingOf(options, vocabulary);
  const origins = originsFrom(options, 1, (_, seed) => ({ seed, start }));
  for (const { text } of drawTexts(sampler, vocabulary, origins, { ...options, ...ending })) yield text;
}

function* originsFrom(
  { seed, stride = 1 }: DrawOptions,
  texts: number,
  originOf: (k: number, seed: number) => Origin,
): Generator<Origin> {
  for (let k = 0; k < texts; k++) yield originOf(k, (seed + k * stride) % 2 ** 32);
}

/**
 * @param isOneLine whether the model writes lines that stand alone
 * @throws CharrnnError when the model cannot write what should end a text
 */
function endingOf(options: SampleOptions, vocabulary: Vocabulary, isOneLine = false): Ending {
  const { length, lines = isOneLine ? 1 : undefined, stop = [], keepStop } = options;
  if (lines !== undefined && vocabulary.indexOf(LINE_FEED) < 0) {
    throw new CharrnnError(
      line`${option('lines')}: the model knows no line feed; give ${option('length')} or ${option('stop')} instead`,
      2,
    );
  }
  for (const text of stop) checkStop(text, vocabulary);
  const generous = Math.max(GENEROUS, LINE * (lines ?? 0));
  const most = lines === undefined && stop.length === 0 ? LENGTH : isOneLine ? LINE * (lines ?? 1) : generous;
  return { length: length ?? most, lines, stop, keepStop };
}

function checkStop(text: string, vocabulary: Vocabulary): void {
  if (text === '') throw new CharrnnError(line`${option('stop')} "": is empty; give at least one character`, 2);
  const missing = [...text].map((character) => character.codePointAt(0) ?? 0).find((c) => vocabulary.indexOf(c) < 0);
  if (missing === undefined) return;
  const fault = `${formatCharacter(missing)} is not among the model's ${formatCount(vocabulary.size)} characters`;
  throw new CharrnnError(line`${option('stop')} ${text}: ${fault}, so it is never written; give another text`, 2);
}

/** Consecutive texts that may be rejected before the search gives up. */
const MOST_REJECTED = 1000;

export interface Selection {
  /** Number of texts. Default: 1. */
  readonly count?: number | undefined;
  /** Whether repeated texts are rejected. */
  readonly unique?: boolean | undefined;
  /** Whether a text, including its prime, is new. */
  readonly novel?: ((text: string) => boolean) | undefined;
}

/**
 * Joins pieces into texts and yields those that are unique and novel as requested. Gives up, with a notice, after a
 * thousand consecutive rejections.
 */
export async function* select(
  pieces: Pieces,
  prime: string,
  { count = 1, unique = false, novel = () => true }: Selection,
  onNotice: (message: string) => void = () => {},
): AsyncGenerator<Piece> {
  const seen = new Set<string>();
  let found = 0;
  let attempts = 0;
  let rejected = 0;
  for await (const piece of wholeTexts(pieces)) {
    if (piece.end === undefined) {
      yield nothingYet;
      continue;
    }
    attempts++;
    if ((unique && seen.has(piece.text)) || !novel(prime + piece.text)) {
      if (++rejected === MOST_REJECTED) {
        const numbers = `${formatCount(found)} of ${formatCount(count)} texts`;
        onNotice(
          `${numbers} found in ${formatCount(attempts)} attempts, none in the last ${formatCount(MOST_REJECTED)}`,
        );
        return;
      }
      yield nothingYet;
      continue;
    }
    if (unique) seen.add(piece.text);
    rejected = 0;
    yield piece;
    if (++found === count) return;
  }
}

/**
 * Returns a test of whether a text is new compared with a corpus: a text of one line is new if the corpus has no such
 * line, a longer one if the corpus does not contain it. Surrounding blanks are ignored. A blank text is never new.
 */
export function noveltyOf(corpus: string): (text: string) => boolean {
  const lines = new Set(corpus.split(/\r\n|\r|\n/).map((line) => line.trim()));
  return (text) => {
    const own = text.trim();
    if (own === '') return false;
    return /[\r\n]/.test(own) ? !corpus.includes(own) : !lines.has(own);
  };
}
