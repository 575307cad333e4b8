import { jsonLine, visible } from '../format.js';
import type { Encoding } from '../options/training-options.js';
import { bestOf, type LineScore, rateOf, type ScoredLine } from '../scoring/score.js';
import { textOf } from '../text/decode.js';
import { bySurprise } from './sampled-text.js';

export interface ScoreFormat {
  /** Names of the models, used when there are several. */
  readonly names: readonly string[];
  readonly encoding: Encoding;
  /** Bits of the whole line instead of bits per character. */
  readonly isTotal: boolean;
  readonly kind: 'plain' | 'colour' | 'json' | 'characters';
  /** Whether the line goes to a terminal, so that control characters must be made visible. */
  readonly isForTerminal: boolean;
}

const LINE_FEED = Buffer.from('\n');
/** Decimal places. */
const DIGITS = 3;

/** Returns the bits or bits per character by which lines are ordered; of several models, those of the best. */
export function surpriseOf({ scores }: ScoredLine, isTotal: boolean): number {
  const best = scores[bestOf(scores)];
  return isTotal ? best.bits : rateOf(best);
}

/** Formats lines for output: bits, a tab, the line as it was read. */
export function scoreText(lines: readonly ScoredLine[], format: ScoreFormat): Buffer {
  if (format.kind === 'plain' && !format.isForTerminal) {
    return Buffer.concat(lines.flatMap((line) => [Buffer.from(columns(line, format)), line.bytes, LINE_FEED]));
  }
  return Buffer.from(lines.map((line) => `${shown(line, format)}\n`).join(''));
}

function shown(line: ScoredLine, format: ScoreFormat): string {
  const { kind, encoding } = format;
  if (kind === 'json' || kind === 'characters') return jsonLine(objectOf(line, format));
  if (kind === 'plain') return columns(line, format) + visible(textOf(line.bytes, encoding));
  const { details } = line.scores[bestOf(line.scores)];
  const characters = Array.from(textOf(line.bytes, encoding), visible);
  return columns(line, format) + characters.map((text, i) => bySurprise(text, details?.[i] ?? Number.NaN)).join('');
}

/** Formats a column for each model, and the name of the best if there are several. */
function columns({ scores }: ScoredLine, { names, isTotal }: ScoreFormat): string {
  const values = scores.map((score) => (isTotal ? score.bits : rateOf(score)).toFixed(DIGITS));
  if (scores.length > 1) values.push(names[bestOf(scores)]);
  return `${values.join('\t')}\t`;
}

function objectOf(line: ScoredLine, format: ScoreFormat): object {
  const text = textOf(line.bytes, format.encoding);
  const { source, number, scores } = line;
  const place = { file: source, line: number, text };
  const figures = (score: LineScore) => ({
    bits: score.bits,
    bitsPerCharacter: rateOf(score),
    characters: score.counted,
    unknown: score.unknown,
    ...(format.kind === 'characters' && { perCharacter: detailsOf(text, score) }),
  });
  if (scores.length === 1) return { ...place, ...figures(scores[0]) };
  const models = scores.map((score, i) => ({ model: format.names[i], ...figures(score) }));
  return { ...place, models, best: format.names[bestOf(scores)] };
}

/** Returns each character of a line, and its end, with its bits; null for what nothing predicts. */
function detailsOf(text: string, { details }: LineScore): object[] {
  const characters = [...text, '\n'];
  return Array.from(details ?? [], (bits, i) => ({ character: characters[i], bits: bits >= 0 ? bits : null }));
}
