// Sampled texts as they are written to standard output.

import { jsonLine } from '../format.js';
import { outputColour } from './capabilities.js';
import { terminalText } from './messages.js';
import { writeText } from './output.js';

/** A part of a text; the last one of it has an end. */
export interface SampledPiece {
  readonly seed?: number | undefined;
  readonly text: string;
  readonly probabilities: readonly number[];
  readonly end?: string | undefined;
}

export interface SampledStyle {
  /** What stands in front of each text. */
  readonly prime: string;
  /** What stands behind each text; undefined: a line feed where there is none. */
  readonly separator: string | undefined;
  /** One object a text; the rest is of no account then. */
  readonly json: boolean;
  /** Whether each new character is coloured by its probability. */
  readonly color: boolean;
  /** Whether a terminal gets control characters as they are. */
  readonly raw: boolean;
}

/** Writes texts in their order, each as it grows. */
export async function writeSampled(pieces: AsyncIterable<SampledPiece>, style: SampledStyle): Promise<void> {
  const { prime, separator, json, color, raw } = style;
  if (json) return writeText(asJson(pieces, prime), true);
  if (!color || !isColoured()) return writeText(inARow(pieces, prime, separator), raw);
  // What colours is no text of the model, and must reach the terminal as it is.
  const safe = process.stdout.isTTY && !raw ? terminalText : (text: string): string => text;
  const show = ({ text, probabilities }: SampledPiece): string =>
    Array.from(text, (character, i) => bySurprise(safe(character), -Math.log2(probabilities[i]))).join('');
  const coloured = inARow(pieces, safe(prime), separator && safe(separator), show);
  return writeText(coloured, true);
}

/** Texts one behind the other. A prime comes with the first piece of its text, so that a fault comes before any output. */
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

/** Texts as lines of JSON. */
export async function* asJson(pieces: AsyncIterable<SampledPiece>, prime: string): AsyncGenerator<string> {
  let whole = '';
  let characters: { character: string; probability: number }[] = [];
  for await (const { seed = null, text, probabilities, end } of pieces) {
    whole += text;
    Array.from(text, (character, i) => characters.push({ character, probability: probabilities[i] }));
    if (end === undefined) {
      yield '';
      continue;
    }
    yield `${jsonLine({ seed, prime, text: whole, end, characters })}\n`;
    whole = '';
    characters = [];
  }
}

/** Whether colours are shown at all. */
export const isColoured = (): boolean => outputColour.level > 0;

/** A text in a colour that says how surprising it is, in bits: what was expected recedes, what was not stands out. */
export function bySurprise(text: string, bits: number): string {
  if (!(bits >= 0)) return text;
  if (bits < 1) return outputColour.dim(text);
  if (bits < 3) return text;
  if (bits < 5) return outputColour.yellow(text);
  return bits < 8 ? outputColour.red(text) : outputColour.inverse.red(text);
}
