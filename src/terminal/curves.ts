import type { HistoryEntry } from '../checkpoint/checkpoint.js';

/** A line of a chart. */
export interface Curve {
  readonly name: string;
  /** By x, ascending; at least one. */
  readonly points: readonly Point[];
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The smallest and the largest x and y of all curves. */
export interface Extent {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** The losses of a training by step, in nats per character: none where nothing was measured yet. */
export function lossCurves(history: readonly HistoryEntry[]): Curve[] {
  const training = history.map(({ step, loss }) => ({ x: step, y: loss }));
  const validation = history.flatMap(({ step, validationLoss }) =>
    validationLoss === null ? [] : [{ x: step, y: validationLoss }],
  );
  const curves = [
    { name: 'training', points: training },
    { name: 'validation', points: validation },
  ];
  return curves.filter(({ points }) => points.length > 0);
}

/** @param curves at least one */
export function extentOf(curves: readonly Curve[]): Extent {
  const points = curves.flatMap((curve) => curve.points);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return { left: lowest(xs), right: -lowest(xs.map((x) => -x)), bottom: lowest(ys), top: -lowest(ys.map((y) => -y)) };
}

/** The height of a curve at some x between its ends, on the straight line between its points. */
export function heightAt({ points }: Curve, x: number): number | undefined {
  const next = points.findIndex((point) => point.x >= x);
  if (next === -1 || x < points[0].x) return undefined;
  const b = points[next];
  if (next === 0 || b.x === x) return b.y;
  const a = points[next - 1];
  return a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

const lowest = (values: readonly number[]): number => values.reduce((least, value) => Math.min(least, value));
