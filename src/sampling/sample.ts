import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { formatCharacter, formatCount } from '../format.js';
import { Vocabulary } from '../text/vocabulary.js';
import { searchText } from './beam.js';
import { type Drawing, drawTexts } from './draw.js';
import { type Ending, nothingYet, type Piece, type Pieces, wholeTexts } from './pieces.js';
import { type Prime, readPrime, resultOf } from './prime.js';
import { type ParameterSource, Sampler } from './sampler.js';

/** Texts that are read side by side at most, and characters that may then be waiting for those before. */
const MOST_TEXTS = 64;
const MOST_WAITING = 2 ** 24;

/** Characters at most where nothing is said, and where something else is to end the text: for all of it, for a line. */
const LENGTH = 1000;
const GENEROUS = 100_000;
const LINE = 1000;

/** What to draw. All that may be left out is off then. */
export interface DrawOptions extends Prime, Omit<Drawing, 'length'> {
  /** Characters to write at most, 1000 if not given; with `lines` or `stop` 100,000, or 1000 a line if that is more. */
  readonly length?: number | undefined;
  /** Of the first text; text k has the seed + k·stride, counted modulo 2^32. */
  readonly seed: number;
  /** 1 if not given. */
  readonly stride?: number | undefined;
  /** Texts, 1 if not given. */
  readonly count?: number | undefined;
  /** Texts that a beam search keeps at each step; nothing is drawn then, and one text found. */
  readonly beam?: number | undefined;
}

/** What to write. */
export interface SampleOptions extends DrawOptions, Selection {
  readonly onNotice?: ((message: string) => void) | undefined;
}

/**
 * The text that a model writes after the prime, character by character, the first of several directly before the next.
 * @throws CharrnnError when the prime has a character that the vocabulary lacks
 */
export async function* sample(checkpoint: Checkpoint, options: SampleOptions): AsyncGenerator<string> {
  for await (const { text } of samplePieces(checkpoint, options)) if (text !== '') yield text;
}

/** As `sample`: the pieces of all texts, with their seeds, ends and, if wanted, probabilities. */
export function samplePieces(checkpoint: Checkpoint, options: SampleOptions): AsyncGenerator<Piece> {
  const { unique, novel, beam } = options;
  const isSelected = (unique || novel) && beam === undefined;
  const count = isSelected ? Number.POSITIVE_INFINITY : options.count;
  return selected(drawPieces(checkpoint, { ...options, count }), options);
}

/** Of drawn texts those that are wanted: all of them, or `count` that are unique or novel. */
export async function* selected(
  pieces: Pieces,
  { prime, count, unique, novel, onNotice }: Omit<SampleOptions, 'backend'>,
): AsyncGenerator<Piece> {
  yield* unique || novel ? select(pieces, prime, { count, unique, novel }, onNotice) : pieces;
}

/** The pieces of all texts that are drawn, in their order. */
export function* drawPieces(checkpoint: Checkpoint, options: DrawOptions): Generator<Piece> {
  const { count = 1, beam, backend } = options;
  const shape = checkpoint.model;
  const vocabulary = new Vocabulary(checkpoint.vocabulary);
  const ending = endingOf(options, vocabulary);
  const arrays = new Map(checkpoint.parameters.map(({ name, values }) => [name, values]));
  const parameters: ParameterSource = (name) => arrays.get(name) ?? [];
  const reader = new Sampler(shape, parameters, { backend });
  const start = yield* readPrime(reader, parameters, vocabulary, options);
  const texts = beam ?? Math.max(1, Math.min(MOST_TEXTS, count, Math.floor(MOST_WAITING / (ending.length + 1))));
  const sampler = texts === 1 ? reader : new Sampler(shape, parameters, { texts, backend });
  if (beam !== undefined) yield* searchText(sampler, start, vocabulary, ending);
  else yield* drawTexts(sampler, start, vocabulary, seedsFrom(options, count), { ...options, ...ending });
}

/** The text that a sampler of one text, which has read nothing, writes. */
export function* generate(sampler: Sampler, vocabulary: Vocabulary, options: SampleOptions): Generator<string> {
  const start = resultOf(readPrime(sampler, () => [], vocabulary, options));
  const ending = endingOf(options, vocabulary);
  const seeds = seedsFrom(options, 1);
  for (const { text } of drawTexts(sampler, start, vocabulary, seeds, { ...options, ...ending })) yield text;
}

function* seedsFrom({ seed, stride = 1 }: DrawOptions, count: number): Generator<number> {
  for (let k = 0; k < count; k++) yield (seed + k * stride) % 2 ** 32;
}

/** @throws CharrnnError when the model cannot write what is to end a text */
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
  if (text === '')
    throw new CharrnnError(line`${option('stop')} "": is empty; give a text of one character or more`, 2);
  const missing = [...text].map((character) => character.codePointAt(0) ?? 0).find((c) => vocabulary.indexOf(c) < 0);
  if (missing === undefined) return;
  const fault = `${formatCharacter(missing)} is not among the ${formatCount(vocabulary.size)} characters of the model`;
  throw new CharrnnError(line`${option('stop')} ${text}: ${fault}, which never writes it; give another text`, 2);
}

/** Texts in a row that may be refused before the search is given up. */
const MOST_REFUSED = 1000;

export interface Selection {
  /** Texts that are wanted, 1 if not given. */
  readonly count?: number | undefined;
  /** Whether a text may come but once. */
  readonly unique?: boolean | undefined;
  /** Whether a text, the prime before it, is new. */
  readonly novel?: ((text: string) => boolean) | undefined;
}

/**
 * Of the texts in some pieces those that are wanted, each whole. Gives up, with a notice, when a thousand in a row were
 * refused.
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
  let refused = 0;
  for await (const piece of wholeTexts(pieces)) {
    if (piece.end === undefined) {
      yield nothingYet;
      continue;
    }
    attempts++;
    if ((unique && seen.has(piece.text)) || !novel(prime + piece.text)) {
      if (++refused === MOST_REFUSED) {
        const numbers = `${formatCount(found)} of ${formatCount(count)} texts`;
        onNotice(
          `${numbers} found in ${formatCount(attempts)} attempts, none in the last ${formatCount(MOST_REFUSED)}`,
        );
        return;
      }
      yield nothingYet;
      continue;
    }
    if (unique) seen.add(piece.text);
    refused = 0;
    yield piece;
    if (++found === count) return;
  }
}

/**
 * Whether a text is new beside another one: a text of one line if that has no such line, a longer one if it does not stand
 * in it anywhere; blanks around either are of no account. Nothing but blanks is never new.
 */
export function noveltyOf(corpus: string): (text: string) => boolean {
  const lines = new Set(corpus.split(/\r\n|\r|\n/).map((line) => line.trim()));
  return (text) => {
    const own = text.trim();
    if (own === '') return false;
    return /[\r\n]/.test(own) ? !corpus.includes(own) : !lines.has(own);
  };
}
