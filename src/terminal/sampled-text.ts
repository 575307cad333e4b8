// Sampled texts on standard output.

import { jsonLine } from '../format.js';
import { outputColour } from './capabilities.js';
import { terminalText } from './messages.js';
import { writeText } from './output.js';

/** A part of a text; the last part has an end. */
export interface SampledPiece {
  readonly seed?: number | undefined;
  readonly given?: string | number | undefined;
  readonly text: string;
  readonly probabilities: readonly number[];
  readonly end?: string | undefined;
}

export interface SampledStyle {
  /** Written before each text. */
  readonly prime: string;
  /** Written after each text. If undefined, a line feed is added to a text that does not end with one. */
  readonly separator: string | undefined;
  /** Whether to write one JSON object per text; the options below and the separator are then ignored. */
  readonly json: boolean;
  /** Whether each new character is coloured by its probability. */
  readonly color: boolean;
  /** Whether a terminal gets control characters as they are. */
  readonly raw: boolean;
}

/** Writes texts in order, each as it grows. */
export async function writeSampled(pieces: AsyncIterable<SampledPiece>, style: SampledStyle): Promise<void> {
  const { prime, separator, json, color, raw } = style;
  if (json) return writeText(asJson(pieces, prime), true);
  if (!color || !isColoured()) return writeText(inARow(pieces, prime, separator), raw);
  // Colour codes are not text of the model and must reach the terminal unchanged.
  const safe = process.stdout.isTTY && !raw ? terminalText : (text: string): string => text;
  const show = ({ text, probabilities }: SampledPiece): string =>
    Array.from(text, (character, i) => bySurprise(safe(character), -Math.log2(probabilities[i]))).join('');
  const coloured = inARow(pieces, safe(prime), separator && safe(separator), show);
  return writeText(coloured, true);
}

/** Joins texts. The prime is written with the first piece of its text, so that an error precedes all output. */
export async function* inARow(
  pieces: AsyncIterable<SampledPiece>,
  prime: string,
  separator: string | undefined,
  show: (piece: SampledPiece) => string = ({ text }) => text,
): AsyncGenerator<string> {
  let isNew = true;
  let last = '';
  for await (const piece of pieces) {
    const { text, end } = piece;
    if (text === '' && end === undefined) {
      yield '';
      continue;
    }
    const front = isNew ? prime : '';
    last = (front + text).slice(-1) || last;
    isNew = end !== undefined;
    yield front + show(piece) + (isNew ? (separator ?? (last === '\n' ? '' : '\n')) : '');
    if (isNew) last = '';
  }
}

/** Converts texts to lines of JSON. */
export async function* asJson(pieces: AsyncIterable<SampledPiece>, prime: string): AsyncGenerator<string> {
  let whole = '';
  let characters: { character: string; probability: number }[] = [];
  for await (const { seed = null, given, text, probabilities, end } of pieces) {
    whole += text;
    Array.from(text, (character, i) => characters.push({ character, probability: probabilities[i] }));
    if (end === undefined) {
      yield '';
      continue;
    }
    yield `${jsonLine({ seed, ...(given !== undefined && { given }), prime, text: whole, end, characters })}\n`;
    whole = '';
    characters = [];
  }
}

/** Whether colours are shown at all. */
export const isColoured = (): boolean => outputColour.level > 0;

/** Colours a text by its surprise in bits: expected text is dim, surprising text stands out. */
export function bySurprise(text: string, bits: number): string {
  if (!(bits >= 0)) return text;
  if (bits < 1) return outputColour.dim(text);
  if (bits < 3) return text;
  if (bits < 5) return outputColour.yellow(text);
  return bits < 8 ? outputColour.red(text) : outputColour.inverse.red(text);
}
