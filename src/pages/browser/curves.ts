import type { CourseData } from '../report-data.js';

/**
 * An exponential moving average that skips gaps, corrected for its beginning: the mean of what came so far, with weights
 * that fall by `factor` from each value to the one before.
 * @param factor 0 (the values themselves) … 1
 */
export function smoothed(values: readonly (number | null)[], factor: number): (number | null)[] {
  let sum = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = factor * sum + (1 - factor) * value;
    weight = factor * weight + (1 - factor);
    return sum / weight;
  });
}

/** Joins columns over the x values of several curves into one x axis; gaps are undefined. */
export function joined(curves: readonly { readonly x: readonly number[]; readonly y: readonly (number | null)[] }[]): {
  readonly x: number[];
  readonly columns: (number | null | undefined)[][];
} {
  const x = [...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b);
  const places = new Map(x.map((value, i) => [value, i]));
  const columns = curves.map((curve) => {
    const column = new Array<number | null | undefined>(x.length).fill(undefined);
    curve.x.forEach((value, i) => {
      const place = places.get(value) ?? 0;
      column[place] = curve.y[i] ?? column[place];
    });
    return column;
  });
  return { x, columns };
}

const columns = [
  ...(['step', 'epoch', 'loss', 'validationLoss', 'learningRate', 'gradientNorm'] as const),
  ...(['clipped', 'charactersPerSecond'] as const),
];

/**
 * Appends new points to a course. A run that was continued from a save repeats some steps: its new points replace those
 * of the same steps and of later ones.
 */
export function appended(course: CourseData, more: CourseData): CourseData {
  const [first] = more.step;
  if (first === undefined) return course;
  const found = course.step.findIndex((step) => step >= first);
  const kept = found < 0 ? course.step.length : found;
  const all = columns.map((key) => [key, [...course[key].slice(0, kept), ...more[key]]]);
  return { ...course, ...Object.fromEntries(all) };
}
