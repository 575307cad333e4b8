// What single units do, as tables, coloured texts and JSON lines.

import { brokenAtWords, formatCount, formatTable, jsonLine, visible } from '../format.js';
import type { Excerpt } from '../inspection/excerpts.js';
import type { ShownFollower, ShownProperty, UnitFindings, UnitTrace } from '../inspection/neurons.js';
import { propertyDefinitions } from '../inspection/text-properties.js';
import { CONTEXT, type SearchedProperty } from '../inspection/unit-search.js';
import { type Unit, unitName } from '../inspection/unit-values.js';
import type { Vectors } from '../text/vector-rows.js';
import { isUnicode, outputColour } from './capabilities.js';

const fixed = (value: number | undefined, digits = 3): string => value?.toFixed(digits) ?? '';

/** Formats the result of a search: a table, what was not searched for, and the text along each finding. */
export function findingLines({ properties }: UnitFindings, width: number): string[] {
  const rows = properties.flatMap((searched) => searched.units.map((unit, i) => followerRow(searched, unit, i)));
  const skipped = properties.flatMap(({ property, skipped }) =>
    skipped === undefined ? [] : [`${visible(property)}: not searched for; ${skipped}`],
  );
  const heading = ['property', 'score', 'unit', 'found', 'confirmed', 'chance', 'last 1', `last ${CONTEXT}`, ''];
  const [first, ...table] = formatTable([heading, ...rows], [3, 4, 5, 6, 7]);
  const found = properties.flatMap((searched) => searched.units.map((unit) => ({ searched, unit })));
  const findings = found.filter(({ unit }) => unit.isFinding);
  const none = `no unit follows a property better than chance and the last ${CONTEXT} characters do`;
  return [
    ...(rows.length > 0 ? [outputColour.dim(first), ...table.map((line, i) => marked(line, found[i].unit))] : []),
    ...skipped.flatMap((line) => brokenAtWords(line, width)).map((line) => outputColour.dim(line)),
    ...(rows.length > 0 && findings.length === 0 ? ['', none] : []),
    ...findings.flatMap(({ searched, unit }) => ['', title(searched, unit), ...excerptLines(unit.excerpt, width)]),
  ];
}

const marked = (line: string, { isFinding }: ShownFollower): string => (isFinding ? outputColour.bold(line) : line);

const scoreName = (kind: SearchedProperty['kind']): string => (kind === 'binary' ? 'area' : 'rank r');

function followerRow({ property, kind, byCharacter, byContext }: ShownProperty, unit: ShownFollower, i: number) {
  const { sign, found, confirmed, chance, isFinding } = unit;
  return [
    ...(i === 0 ? [visible(property), scoreName(kind)] : ['', '']),
    `${sign > 0 ? '+' : '-'}${unitName(unit)}`,
    ...[found, confirmed, chance, byCharacter, byContext].map((value) => fixed(value)),
    isFinding ? 'finding' : '',
  ];
}

function title({ property, kind }: ShownProperty, unit: ShownFollower): string {
  const what = Object.entries(propertyDefinitions).find(([name]) => name === property)?.[1].what ?? visible(property);
  const direction = unit.sign > 0 ? 'higher' : 'lower';
  const more = kind === 'count' ? 'where there are more: ' : '';
  return `${outputColour.bold(unitName(unit))} is ${direction} ${more}${what}`;
}

/** Formats units along a text: figures, and the text where it starts and where the unit is highest and lowest. */
export function traceLines(traces: readonly UnitTrace[], width: number): string[] {
  const lines = traces.flatMap((trace) => {
    const { mean, deviation, minimum, maximum, characters, excerpts } = trace;
    const range = `from ${fixed(minimum)} to ${fixed(maximum)}, mean ${fixed(mean)}, deviation ${fixed(deviation)}`;
    return [
      '',
      `${outputColour.bold(unitName(trace))}: ${range}, over ${formatCount(characters)} characters`,
      ...excerpts.flatMap((excerpt) => [
        outputColour.dim(`${excerpt.what}, from character ${formatCount(excerpt.from + 1)}`),
        ...excerptLines(excerpt, width, { low: minimum, high: maximum }),
      ]),
    ];
  });
  return lines.slice(1);
}

interface Scale {
  readonly low: number;
  readonly high: number;
}

/**
 * Formats a text with the value of a unit after each character: by colour, blue for low and red for high, or without
 * colours by a digit below each, 0 for low and 9 for high.
 * @param scale the lowest and the highest value; those of the excerpt if not given
 */
export function excerptLines({ text, values }: Excerpt, width: number, scale: Scale = scaleOf(values)): string[] {
  const lines: string[] = [];
  let [shown, below, columns] = ['', '', 0];
  const end = (): void => {
    lines.push(`  ${shown}`.trimEnd());
    if (outputColour.level === 0) lines.push(`  ${below}`.trimEnd());
    [shown, below, columns] = ['', '', 0];
  };
  Array.from(text).forEach((character, i) => {
    const cell = cellOf(character);
    const room = columnsOf(cell);
    if (columns > 0 && columns + room > width - 2) end();
    const share = scale.high > scale.low ? (values[i] - scale.low) / (scale.high - scale.low) : 0.5;
    shown += shaded(cell, share);
    below += String(Math.max(0, Math.min(9, Math.floor(10 * share)))).repeat(room);
    columns += room;
    if (character === '\n') end();
  });
  if (columns > 0) end();
  return lines;
}

const scaleOf = (values: readonly number[]): Scale => ({ low: Math.min(...values), high: Math.max(...values) });

/** A character as it is shown; a line end is a sign, because a unit has a value after it, too. */
function cellOf(character: string): string {
  if (character === '\n') return isUnicode() ? '↵' : '$';
  return character === '\t' ? (isUnicode() ? '→' : '>') : visible(character);
}

/** Characters that a terminal shows in two columns, and those that it puts on the one before. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const NARROWEST = /^(\p{Mn}|\p{Me}|[\u200b\u200c]|\u200d)$/u;

function columnsOf(cell: string): number {
  if (NARROWEST.test(cell)) return 0;
  return WIDE.test(cell) ? 2 : cell.length;
}

/** Blue at 0, near white in the middle, red at 1. */
function shaded(cell: string, share: number): string {
  if (outputColour.level === 0) return cell;
  if (outputColour.level === 1) {
    // Of sixteen colours, none is between.
    if (share < 1 / 3) return outputColour.bgBlue.whiteBright(cell);
    return share > 2 / 3 ? outputColour.bgRed.whiteBright(cell) : cell;
  }
  const t = Math.max(0, Math.min(1, share));
  const mix = (from: number, to: number, part: number): number => Math.round(from + (to - from) * part);
  const [red, green, blue] =
    t < 0.5
      ? [mix(80, 240, 2 * t), mix(130, 240, 2 * t), mix(255, 240, 2 * t)]
      : [mix(240, 255, 2 * t - 1), mix(240, 90, 2 * t - 1), mix(240, 80, 2 * t - 1)];
  return outputColour.bgRgb(red, green, blue).black(cell);
}

/** Yields values as JSON lines: the names of the units, then each character with its values. */
export async function* valueLines(
  units: readonly Unit[],
  text: Uint32Array,
  batches: AsyncIterable<Vectors>,
): AsyncGenerator<string> {
  yield `${jsonLine({ units: units.map(unitName) })}\n`;
  let at = 0;
  for await (const { count, width, values } of batches) {
    const lines = Array.from({ length: count }, (_, i) => {
      // Nine digits tell all float32 apart.
      const own = Array.from(values.subarray(i * width, (i + 1) * width), (value) => Number(value.toPrecision(9)));
      return `${jsonLine({ character: String.fromCodePoint(text[at + i]), values: own })}\n`;
    });
    at += count;
    yield lines.join('');
  }
}
