import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { formatCharacter, formatCount } from '../format.js';
import { Vocabulary } from '../text/vocabulary.js';
import { parameterSource } from './accelerating-instance.js';
import { searchText } from './beam.js';
import { type Drawing, drawTexts } from './draw.js';
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
  /** Number of texts. Default: 1. */
  readonly count?: number | undefined;
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
  const { unique, novel, beam } = options;
  const isSelected = (unique || novel) && beam === undefined;
  const count = isSelected ? Number.POSITIVE_INFINITY : options.count;
  return selected(drawPieces(checkpoint, { ...options, count }), options);
}

/** Yields all texts, or only the first `count` that are unique or novel. */
export async function* selected(
  pieces: Pieces,
  { prime, count, unique, novel, onNotice }: Omit<SampleOptions, 'backend'>,
): AsyncGenerator<Piece> {
  yield* unique || novel ? select(pieces, prime, { count, unique, novel }, onNotice) : pieces;
}

/** Draws texts and yields their pieces in order. */
export function* drawPieces(checkpoint: Checkpoint, options: DrawOptions): Generator<Piece> {
  const { count = 1, beam, backend } = options;
  const shape = checkpoint.model;
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const ending = endingOf(options, vocabulary);
  const parameters = parameterSource(checkpoint.parameters);
  const reader = new Sampler(shape, parameters, { backend });
  const start = yield* readPrime(reader, parameters, vocabulary, options);
  const texts = beam ?? Math.max(1, Math.min(MOST_TEXTS, count, Math.floor(MOST_WAITING / (ending.length + 1))));
  const sampler = texts === 1 ? reader : new Sampler(shape, parameters, { texts, backend });
  if (beam !== undefined) yield* searchText(sampler, start, vocabulary, ending);
  else yield* drawTexts(sampler, start, vocabulary, seedsFrom(options, count), { ...options, ...ending });
}

/** Yields the text that a fresh sampler of one text writes. */
export function* generate(sampler: Sampler, vocabulary: Vocabulary, options: SampleOptions): Generator<string> {
  const start = resultOf(readPrime(sampler, () => [], vocabulary, options));
  const ending = endingOf(options, vocabulary);
  const seeds = seedsFrom(options, 1);
  for (const { text } of drawTexts(sampler, start, vocabulary, seeds, { ...options, ...ending })) yield text;
}

function* seedsFrom({ seed, stride = 1 }: DrawOptions, count: number): Generator<number> {
  for (let k = 0; k < count; k++) yield (seed + k * stride) % 2 ** 32;
}

/** @throws CharrnnError when the model cannot write what should end a text */
function endingOf({ length, lines, stop = [], keepStop }: SampleOptions, vocabulary: Vocabulary): Ending {
  if (lines !== undefined && vocabulary.indexOf(10) < 0) {
    throw new CharrnnError(
      line`${option('lines')}: the model knows no line feed; give ${option('length')} or ${option('stop')} instead`,
      2,
    );
  }
  for (const text of stop) checkStop(text, vocabulary);
  const generous = Math.max(GENEROUS, LINE * (lines ?? 0));
  const most = lines === undefined && stop.length === 0 ? LENGTH : generous;
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
