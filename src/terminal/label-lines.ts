import type { LabelledLine } from '../answering/labels.js';
import { jsonLine, visible } from '../format.js';
import type { Encoding } from '../options/training-options.js';
import { textOf } from '../text/decode.js';

export interface LabelFormat {
  readonly json: boolean;
  readonly encoding: Encoding;
  /** Whether the line goes to a terminal, so that control characters must be made visible. */
  readonly isForTerminal: boolean;
}

const LINE_FEED = Buffer.from('\n');
/** Decimal places. */
const DIGITS = 4;

/** Formats lines for output: the labels, each with its probability, and the line as it was read, with tabs between. */
export function labelText(lines: readonly LabelledLine[], format: LabelFormat): Buffer {
  const { json, encoding, isForTerminal } = format;
  if (json) return Buffer.from(lines.map((line) => `${jsonLine(objectOf(line, encoding))}\n`).join(''));
  if (isForTerminal) {
    return Buffer.from(lines.map((line) => `${columns(line)}${visible(textOf(line.bytes, encoding))}\n`).join(''));
  }
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(columns(line)), line.bytes, LINE_FEED]));
}

/** The answer and its probability, then other labels. A tab in a label is shown as `\t`. */
function columns({ label, best }: LabelledLine): string {
  return best
    .map(({ label: own, probability }, i) => `${visible(i === 0 ? label : own)}\t${probability.toFixed(DIGITS)}\t`)
    .join('');
}

function objectOf({ source, number, bytes, label, best, unknown }: LabelledLine, encoding: Encoding): object {
  const labels = Object.fromEntries(best.map(({ label, probability }) => [label, probability]));
  const [{ probability }] = best;
  return { file: source, line: number, text: textOf(bytes, encoding), label, probability, labels, unknown };
}
