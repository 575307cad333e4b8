import { formatCount } from '../format.js';
import { type Axes, axisExtent, type Curve, lossAxes, powerText, scaled } from './chart.js';

const WIDTH = 800;
const HEIGHT = 450;
const MARGIN = { left: 70, right: 20, top: 48, bottom: 56 };
const colours = ['#0b6fb8', '#d1600a', '#2a8a3a', '#a03ca0', '#8a6d00', '#c22f3d'];

/** Draws curves as a complete SVG image. Colours repeat after six curves. @param curves at least one */
export function chartSvg(title: string, curves: readonly Curve[], axes: Axes = lossAxes): string {
  const shown = scaled(curves, axes);
  const { left, right, bottom, top } = axisExtent(curves, axes);
  const { isLogarithmic = false } = axes;
  // A flat curve or a single point is centred.
  const pad = isLogarithmic ? 0 : top > bottom ? (top - bottom) * 0.05 : 0.1;
  const x = scale(left, right, MARGIN.left, WIDTH - MARGIN.right);
  const y = scale(bottom - pad, top + pad, HEIGHT - MARGIN.bottom, MARGIN.top);
  const floor = HEIGHT - MARGIN.bottom;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" font-family="sans-serif" font-size="13" fill="#333">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(MARGIN.left, 26, title, 'font-size="16" font-weight="bold"'),
    ...ticks(bottom - pad, top + pad, isLogarithmic ? 11 : 7, isLogarithmic ? 1 : 0).flatMap((value) => [
      `<path d="M${MARGIN.left} ${n(y(value))}H${WIDTH - MARGIN.right}" stroke="#ddd"/>`,
      text(MARGIN.left - 8, y(value) + 4, isLogarithmic ? powerText(value) : String(value), 'text-anchor="end"'),
    ]),
    ...ticks(left, right, 9, 1).flatMap((step) => [
      `<path d="M${n(x(step))} ${floor}v5" stroke="#333"/>`,
      text(x(step), floor + 20, formatCount(step), 'text-anchor="middle"'),
    ]),
    `<path d="M${MARGIN.left} ${MARGIN.top}V${floor}H${WIDTH - MARGIN.right}" fill="none" stroke="#333"/>`,
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 12, axes.x, 'text-anchor="middle"'),
    `<text transform="translate(18 ${(MARGIN.top + floor) / 2}) rotate(-90)" text-anchor="middle">${escaped(axes.y)}</text>`,
    ...shown.flatMap((curve, i) =>
      curve.points.length > 0 ? line(curve, colours[i % colours.length], x, y, isLogarithmic) : [],
    ),
    ...legend(curves.map((curve) => `${curve.name}: ${axes.legend(curve)}`)),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

type Scale = (value: number) => number;

function scale(from: number, to: number, start: number, end: number): Scale {
  return (value) => (to > from ? start + ((end - start) * (value - from)) / (to - from) : (start + end) / 2);
}

/**
 * Draws a curve: a ring at the best point, and dots at the others if there are few enough to tell apart.
 * @param isPlain whether to draw none
 */
function line({ points, best }: Curve, colour: string, x: Scale, y: Scale, isPlain: boolean): string[] {
  const places = points.map((point) => `${n(x(point.x))} ${n(y(point.y))}`);
  const path = `<path d="M${places.join('L')}" fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round"/>`;
  const dots = isPlain || points.length > 40 ? [] : points;
  return [
    path,
    ...dots.map((p) => `<circle cx="${n(x(p.x))}" cy="${n(y(p.y))}" r="3" fill="${colour}"/>`),
    ...(best
      ? [`<circle cx="${n(x(best.x))}" cy="${n(y(best.y))}" r="6" fill="#fff" stroke="${colour}" stroke-width="2"/>`]
      : []),
  ];
}

/** Names the curves, on a ground that dims what is behind them. */
function legend(labels: readonly string[]): string[] {
  const left = WIDTH - MARGIN.right - 400;
  const width = 44 + 7 * Math.max(...labels.map(({ length }) => length));
  const ground = `<rect x="${left - 6}" y="${MARGIN.top + 2}" width="${width}" height="${20 * labels.length}" fill="#fff" opacity="0.8"/>`;
  const lines = labels.flatMap((label, i) => {
    const top = MARGIN.top + 16 + 20 * i;
    const stroke = colours[i % colours.length];
    return [`<path d="M${left} ${top - 4}h24" stroke="${stroke}" stroke-width="2"/>`, text(left + 32, top, label, '')];
  });
  return [ground, ...lines];
}

const text = (x: number, y: number, what: string, attributes: string): string =>
  `<text x="${n(x)}" y="${n(y)}" ${attributes}>${escaped(what)}</text>`.replace(' >', '>');

/** Formats a coordinate to a tenth of a pixel. */
const n = (value: number): string => String(Math.round(value * 10) / 10);

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** Escapes text for XML, which cannot contain control characters. */
const escaped = (what: string): string =>
  what.replace(/\p{Cc}/gu, '?').replace(/[&<>"]/g, (character) => entities[character]);

/**
 * Returns at least two and at most `count` round numbers from `from` to `to`, in steps of 1, 2 or 5 times a power of
 * ten.
 * @param smallest smallest distance between ticks, 1 for counts
 */
export function ticks(from: number, to: number, count: number, smallest = 0): number[] {
  const range = to - from;
  if (!(range > 0)) return [from];
  const power = Math.floor(Math.log10(range / count));
  const distances = [power, power + 1].flatMap((p) => [1, 2, 5].map((digit) => Number(`${digit}e${p}`)));
  const fits = (distance: number): boolean => Math.floor(to / distance) - Math.ceil(from / distance) < count;
  const distance = Math.max(smallest, distances.find(fits) ?? range);
  const first = Math.ceil(from / distance);
  const last = Math.floor(to / distance);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * distance).toPrecision(12)));
}
