import type { ChalkInstance } from 'chalk';
import type { HistoryEntry } from '../checkpoint/checkpoint.js';
import { formatCount, formatLoss, visible } from '../format.js';
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

/** What a chart shows along its axes. */
export interface Axes {
  /** What x counts: `step`. */
  readonly x: string;
  /** What y is, in an image. */
  readonly y: string;
  /** Whether the axis of y is logarithmic, with whole powers of ten at its ends; points beyond it are left out. */
  readonly isLogarithmic?: boolean;
  /** What the legend says of a curve after its name. */
  readonly legend: (curve: Curve) => string;
}

export const lossAxes: Axes = {
  x: 'step',
  y: 'loss, nats per character',
  legend: (curve) => `${formatLoss(curve.points[curve.points.length - 1].y)}${bestText(curve)}`,
};

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

/** The lowest loss and its step; nothing where that is the last one. */
const bestText = ({ best, points }: Curve): string =>
  best && best !== points.at(-1) ? `, best ${best.y.toFixed(3)} at step ${formatCount(best.x)}` : '';

/** Powers of ten below the highest point that a logarithmic axis shows at most. */
const DECADES = 9;

/** Returns curves whose y are powers of ten, if the axis is logarithmic: what falls too far below the others ends. */
export function scaled(curves: readonly Curve[], { isLogarithmic }: Axes): readonly Curve[] {
  if (!isLogarithmic) return curves;
  const powers = curves.map((curve) => {
    const points = curve.points.filter(({ y }) => y > 0).map(({ x, y }) => ({ x, y: Math.log10(y) }));
    return { name: curve.name, points };
  });
  const highest = Math.max(...powers.flatMap(({ points }) => points.map(({ y }) => y)));
  return powers.map(({ name, points }) => {
    const end = points.findIndex(({ y }) => y < highest - DECADES);
    return { name, points: end < 0 ? points : points.slice(0, end) };
  });
}

/** The extent of curves once scaled; a logarithmic axis has one power of ten, or a multiple of three. */
export function axisExtent(curves: readonly Curve[], axes: Axes): Extent {
  const extent = extentOf(curves);
  if (!axes.isLogarithmic) return extent;
  const powers = extentOf(scaled(curves, axes));
  const top = Math.ceil(powers.top);
  const decades = top - Math.floor(powers.bottom);
  return { ...extent, top, bottom: top - (decades > 1 ? 3 * Math.ceil(decades / 3) : 1) };
}

/** @param curves at least one, with at least one point in all */
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
/** Rows from one label of the axis to the next. */
const LABEL_EVERY = 5;

const signs = {
  unicode: { curves: [...'•◦▪▫▴▵'], both: '●', axis: '│', corner: '└', line: '─' },
  ascii: { curves: [...'*o+x#%'], both: '@', axis: '|', corner: '+', line: '-' },
};

export interface ChartStyle {
  /** Columns of the whole chart. */
  readonly width: number;
  /** Rows without axis and legend, one more than a multiple of 5. */
  readonly height?: number;
  readonly unicode: boolean;
  /** Those of standard output if not given. */
  readonly colour?: ChalkInstance;
}

/**
 * Draws curves as lines of text, with the y axis on the left, the x axis and a legend below. Signs and colours repeat
 * after six curves.
 * @param curves at least one
 */
export function chartLines(curves: readonly Curve[], style: ChartStyle, axes: Axes = lossAxes): string[] {
  const { width, height = HEIGHT, unicode, colour = outputColour } = style;
  const drawn = unicode ? signs.unicode : signs.ascii;
  const colours = [colour.cyan, colour.yellow, colour.green, colour.magenta, colour.blue, colour.red];
  const paint = (curve: number): string => colours[curve % colours.length](drawn.curves[curve % drawn.curves.length]);
  const shown = scaled(curves, axes);
  const extent = axisExtent(curves, axes);
  const labels = Array.from({ length: height }, (_, row) => {
    const y = extent.top - ((extent.top - extent.bottom) * row) / (height - 1);
    if (row % LABEL_EVERY !== 0) return '';
    return axes.isLogarithmic ? powerText(y) : y.toFixed(3);
  });
  const margin = Math.max(...labels.map(({ length }) => length));
  const columns = Math.max(10, width - margin - 2);
  const rows = shown.map((curve) => rowsOf(curve, extent, columns, height));

  const sign = (row: number, column: number): string => {
    const here = rows.flatMap((own, i) => (covers(own, row, column) ? [i] : []));
    if (here.length === 0) return ' ';
    return here.length > 1 ? drawn.both : paint(here[0]);
  };
  const body = labels.map((label, row) => {
    const line = Array.from({ length: columns }, (_, column) => sign(row, column)).join('');
    return `${label.padStart(margin)} ${drawn.axis}${line}`.trimEnd();
  });
  const indent = ' '.repeat(margin + 1);
  return [
    ...body,
    `${indent}${drawn.corner}${drawn.line.repeat(columns)}`,
    `${indent} ${ends(extent, columns, axes.x)}`,
    ...curves.map((curve, i) => `${indent} ${paint(i)} ${visible(curve.name)} ${axes.legend(curve)}`),
  ];
}

/** A power of ten: `0.001`, `1e-6`; those between two whole ones to two digits. */
export function powerText(power: number): string {
  if (Number.isInteger(power) && Math.abs(power) > 3) return `1e${power}`;
  return String(Number((10 ** power).toPrecision(2)));
}

/** Returns the row of a curve in each column, from the top; undefined where the curve is absent. */
function rowsOf(
  curve: Curve,
  { left, right, bottom, top }: Extent,
  columns: number,
  height: number,
): (number | undefined)[] {
  return Array.from({ length: columns }, (_, column) => {
    const y = heightAt(curve, left + ((right - left) * column) / (columns - 1));
    if (y === undefined) return undefined;
    return top > bottom ? Math.round(((top - y) / (top - bottom)) * (height - 1)) : 0;
  });
}

/** Whether a curve is in a cell, or passes through it on a steep path from the column on the left. */
function covers(rows: readonly (number | undefined)[], row: number, column: number): boolean {
  const here = rows[column];
  if (here === undefined) return false;
  const before = rows[column - 1] ?? here;
  return row === here || (row > Math.min(before, here) && row < Math.max(before, here));
}

/** Labels the ends of the axis with the first and last x, and the axis with its unit where there is room. */
function ends({ left, right }: Extent, columns: number, unit: string): string {
  const [first, last] = [formatCount(left), formatCount(right)];
  if (left === right) return `${unit} ${first}`;
  const room = columns - first.length - last.length;
  const what = room > unit.length + 2 ? unit : '';
  const before = Math.floor((room - what.length) / 2);
  return `${first}${' '.repeat(Math.max(1, before))}${what}${' '.repeat(Math.max(1, room - what.length - before))}${last}`;
}
