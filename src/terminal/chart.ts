import type { ChalkInstance } from 'chalk';
import type { HistoryEntry } from '../checkpoint/checkpoint.js';
import { formatCount, formatLoss } from '../format.js';
import { outputColour } from './capabilities.js';

/** A curve of a chart. */
export interface Curve {
  readonly name: string;
  /** At least one, in ascending order of x. */
  readonly points: readonly Point[];
  /** The point to mark: where the model comes from. */
  readonly best?: Point | undefined;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The smallest and largest x and y of all curves. */
export interface Extent {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Returns the losses of a training run by step, in nats per character; no curve where nothing was measured yet. */
export function lossCurves(history: readonly HistoryEntry[]): Curve[] {
  const training = history.map(({ step, loss }) => ({ x: step, y: loss }));
  const validation = history.flatMap(({ step, validationLoss }) =>
    validationLoss === null ? [] : [{ x: step, y: validationLoss }],
  );
  const curves = [
    { name: 'training', points: training },
    { name: 'validation', points: validation, best: bestOf(validation) },
  ];
  return curves.filter(({ points }) => points.length > 0);
}

/** The lowest point, the first of equals. */
const bestOf = (points: readonly Point[]): Point | undefined =>
  points.reduce<Point | undefined>((best, point) => (best && best.y <= point.y ? best : point), undefined);

/** The lowest loss and its step, for a legend; nothing where that is the last one. */
export const bestText = ({ best, points }: Curve): string =>
  best && best !== points.at(-1) ? `, best ${best.y.toFixed(3)} at step ${formatCount(best.x)}` : '';

/** @param curves at least one */
export function extentOf(curves: readonly Curve[]): Extent {
  const points = curves.flatMap((curve) => curve.points);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return { left: lowest(xs), right: -lowest(xs.map((x) => -x)), bottom: lowest(ys), top: -lowest(ys.map((y) => -y)) };
}

/** Interpolates a curve linearly at x; undefined beyond its ends. */
export function heightAt({ points }: Curve, x: number): number | undefined {
  const next = points.findIndex((point) => point.x >= x);
  if (next === -1 || x < points[0].x) return undefined;
  const b = points[next];
  if (next === 0 || b.x === x) return b.y;
  const a = points[next - 1];
  return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

const lowest = (values: readonly number[]): number => values.reduce((least, value) => Math.min(least, value));

/** Rows of a chart. */
const HEIGHT = 16;

const signs = {
  unicode: { curves: ['•', '◦'], both: '●', axis: '│', corner: '└', line: '─' },
  ascii: { curves: ['*', 'o'], both: '@', axis: '|', corner: '+', line: '-' },
};

interface Style {
  /** Columns of the whole chart. */
  readonly width: number;
  readonly unicode: boolean;
}

/**
 * Draws curves over steps as lines of text, with the y axis on the left, the x axis and a legend below.
 * @param curves 1 or 2
 */
export function chartLines(curves: readonly Curve[], { width, unicode }: Style): string[] {
  const style = unicode ? signs.unicode : signs.ascii;
  const colours = [outputColour.cyan, outputColour.yellow];
  const extent = extentOf(curves);
  const labels = Array.from({ length: HEIGHT }, (_, row) => (row % 5 === 0 ? valueOfRow(extent, row).toFixed(3) : ''));
  const margin = Math.max(...labels.map(({ length }) => length));
  const columns = Math.max(10, width - margin - 2);
  const rows = curves.map((curve) => rowsOf(curve, extent, columns));

  const sign = (row: number, column: number): string => {
    const here = rows.flatMap((own, i) => (covers(own, row, column) ? [i] : []));
    if (here.length === 0) return ' ';
    const [only] = here;
    return here.length > 1 ? style.both : paint(colours[only], style.curves[only]);
  };
  const body = labels.map((label, row) => {
    const line = Array.from({ length: columns }, (_, column) => sign(row, column)).join('');
    return `${label.padStart(margin)} ${style.axis}${line}`.trimEnd();
  });
  const indent = ' '.repeat(margin + 1);
  const legend = curves.map((curve, i) => {
    const { name, points } = curve;
    return `${paint(colours[i], style.curves[i])} ${name} ${formatLoss(points[points.length - 1].y)}${bestText(curve)}`;
  });
  return [
    ...body,
    `${indent}${style.corner}${style.line.repeat(columns)}`,
    `${indent} ${ends(extent, columns)}`,
    ...legend.map((line) => `${indent} ${line}`),
  ];
}

const valueOfRow = ({ bottom, top }: Extent, row: number): number => top - ((top - bottom) * row) / (HEIGHT - 1);

/** Returns the row of a curve in each column, from the top; undefined where the curve is absent. */
function rowsOf(curve: Curve, { left, right, bottom, top }: Extent, columns: number): (number | undefined)[] {
  return Array.from({ length: columns }, (_, column) => {
    const height = heightAt(curve, left + ((right - left) * column) / (columns - 1));
    if (height === undefined) return undefined;
    return top > bottom ? Math.round(((top - height) / (top - bottom)) * (HEIGHT - 1)) : 0;
  });
}

/** Whether a curve is in a cell, or passes through it on a steep path from the column on the left. */
function covers(rows: readonly (number | undefined)[], row: number, column: number): boolean {
  const here = rows[column];
  if (here === undefined) return false;
  const before = rows[column - 1] ?? here;
  return row === here || (row > Math.min(before, here) && row < Math.max(before, here));
}

/** Labels the ends of the axis with the first and last step, and the axis with its unit where there is room. */
function ends({ left, right }: Extent, columns: number): string {
  const [first, last] = [formatCount(left), formatCount(right)];
  if (left === right) return `step ${first}`;
  const room = columns - first.length - last.length;
  const what = room > 6 ? 'step' : '';
  const before = Math.floor((room - what.length) / 2);
  return `${first}${' '.repeat(Math.max(1, before))}${what}${' '.repeat(Math.max(1, room - what.length - before))}${last}`;
}

const paint = (colour: ChalkInstance, text: string): string => colour(text);
