import type uPlot from 'uplot';
import { colourOf } from './colours.js';
import { element } from './elements.js';

/** A curve of a plot, over the x values of the plot. */
export interface PlottedCurve {
  readonly name: string;
  readonly values: readonly (number | null | undefined)[];
  readonly colour: () => string;
  /** Faint curves are the unsmoothed ones behind others, and have no legend. */
  readonly kind: 'line' | 'faint' | 'dashed' | 'bars';
}

/** A number with at most four digits that count. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-3)
    return value
      .toExponential(2)
      .replace(/\.?0*e/, 'e')
      .replace('e+', 'e');
  if (size >= 1e4) return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

/** Numbers of an axis: thousands and millions are short. */
export function tick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6 && size < 1e9) return `${short(value / 1e6)}M`;
  if (size >= 1e4 && size < 1e6) return `${short(value / 1e3)}k`;
  return short(value);
}

/** The range of a linear axis: some air above and below what is shown. */
export function linearRange(low: number | null, high: number | null, fromZero = false): [number, number] {
  if (low === null || high === null) return [0, 1];
  const bottom = fromZero ? Math.min(0, low) : low;
  const air = (high - bottom || Math.abs(high) || 1) * 0.06;
  return [fromZero && bottom === 0 ? 0 : bottom - air, high + air];
}

/** The range of a logarithmic axis. A loss often stays within one decade, so the range need not end at powers of ten. */
export function logarithmicRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || low <= 0) return [0.1, 1];
  return low === high ? [low / 2, high * 2] : [low / (high / low) ** 0.06, high * (high / low) ** 0.06];
}

const MANTISSAS: readonly (readonly number[])[] = [
  [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8],
  [1, 1.5, 2, 3, 5, 7],
  [1, 2, 5],
  [1],
];

/** The numbers of a logarithmic axis: as many as its height has room for. */
export function logarithmicTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const mantissas = MANTISSAS[decades < 0.7 ? 0 : decades < 1.4 ? 1 : decades < 3.5 ? 2 : 3];
  const every = Math.max(1, Math.ceil(decades / 8));
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); exponent <= Math.ceil(Math.log10(high)); exponent += every) {
    ticks.push(...mantissas.map((m) => Number(`${m}e${exponent}`)));
  }
  return ticks.filter((value) => value >= low && value <= high);
}

export function seriesOf({ name, colour, kind, values }: PlottedCurve, show: boolean): uPlot.Series {
  const few = values.reduce<number>((count, value) => count + (value == null ? 0 : 1), 0) <= 60;
  return {
    ...{ label: name, show, stroke: colour, spanGaps: true, width: kind === 'faint' ? 1 : 2 },
    ...(kind === 'faint' && { alpha: 0.28 }),
    ...(kind === 'dashed' && { dash: [7, 4] }),
    ...(kind === 'bars' && { fill: colour, width: 0, alpha: 0.8, paths: bars, points: { show: false } }),
    ...(kind !== 'bars' && { points: { show: kind !== 'faint' && few, size: 5, fill: colour } }),
  };
}

/** Bars from the bottom of the plot, as wide as the distance between their values allows. */
const bars: uPlot.Series.PathBuilder = (u, series, from, to) => {
  const path = new Path2D();
  const [x, y] = [u.data[0], u.data[series]];
  const bottom = u.bbox.top + u.bbox.height;
  const width = Math.max(1, (u.bbox.width / Math.max(1, to - from + 1)) * 0.8);
  for (let i = from; i <= to; i++) {
    const value = y[i];
    if (value == null) continue;
    const top = u.valToPos(value, 'y', true);
    path.rect(u.valToPos(x[i], 'x', true) - width / 2, top, width, bottom - top);
  }
  return { stroke: null, fill: path, flags: 0 };
};

/** Whether a plot shows only a part of its x axis. */
export function isPart(u: uPlot): boolean {
  const [x] = u.data;
  const { min, max } = u.scales.x;
  return min != null && max != null && x.length > 1 && (min > x[0] || max < x[x.length - 1]);
}

/** Points at both sides in which a value is looked for: curves of other runs have their own x values. */
const NEAR = 40;

/** The value of a curve at a point, or at the nearest point that has one. */
export function nearestValue(values: PlottedCurve['values'], index: number): number | undefined {
  for (let distance = 0; distance <= NEAR; distance++) {
    const found = values[index - distance] ?? values[index + distance];
    if (found != null) return found;
  }
  return undefined;
}

/** A short piece of a curve, for the legend. */
export function swatch({ kind, colour }: PlottedCurve): HTMLElement {
  const made = element('span', { class: `swatch ${kind}` });
  made.style.setProperty('--colour', colour());
  return made;
}

/** The size of the letters of a plot, which grow with the page. */
export const letterSize = (): number =>
  Math.round(0.75 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize));

/** Colours and fonts of an axis. */
export function axisStyle(): uPlot.Axis {
  const font = `${letterSize()}px system-ui, sans-serif`;
  return {
    stroke: () => colourOf('--ink-2'),
    grid: { stroke: () => colourOf('--grid'), width: 1 },
    ticks: { stroke: () => colourOf('--grid'), width: 1, size: 4 },
    ...{ font, labelFont: font },
  };
}
