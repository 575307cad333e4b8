import uPlot from 'uplot';
import { onColours } from './colours.js';
import { button, element } from './elements.js';
import {
  axisStyle,
  isPart,
  letterSize,
  linearRange,
  logarithmicRange,
  logarithmicTicks,
  nearestValue,
  type PlottedCurve,
  seriesOf,
  short,
  swatch,
  tick,
} from './plot-parts.js';

export interface PlotSettings {
  readonly title: string;
  /** What the axes count, with units. */
  readonly x: string;
  readonly y: string;
  readonly isLogarithmic?: boolean;
  readonly formatX?: (value: number) => string;
  /** Plots of the same group share their cursor and their zoom. */
  readonly group?: string;
  readonly height?: number;
  /** Whether y begins at zero. */
  readonly fromZero?: boolean;
}

/** Distances between the ticks of an axis that counts. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100];

const groups = new Map<string, Plot[]>();

/** A plot with its title, its keys, and a legend that shows the values at the cursor. */
export class Plot {
  readonly box: HTMLElement;
  private readonly canvas: HTMLElement;
  private readonly legend = element('div', { class: 'legend' });
  private readonly spoken = element('output', { class: 'unseen' });
  private readonly reset = button('show all', () => this.showAll());
  private plot: uPlot | undefined;
  private x: readonly number[] = [];
  private curves: readonly PlottedCurve[] = [];
  private readonly hidden = new Set<string>();
  private isZoomed = false;

  constructor(private settings: PlotSettings) {
    const { title, y, group = title } = settings;
    this.reset.hidden = true;
    this.canvas = element('div', {
      ...{ class: 'plot', tabindex: 0, role: 'group' },
      'aria-label': `${title}, ${y}. Left and right move the cursor, plus and minus zoom, Escape shows everything.`,
    });
    this.canvas.addEventListener('keydown', (event) => this.onKey(event));
    const heading = [element('span', { class: 'chart-title' }, title), element('span', { class: 'unit' }, y)];
    const caption = element('figcaption', {}, ...heading, this.reset);
    this.box = element('figure', { class: 'chart' }, caption, this.canvas, this.legend, this.spoken);
    groups.set(group, [...(groups.get(group) ?? []), this]);
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    onColours(() => {
      this.plot?.redraw(false);
      this.legend.replaceChildren();
      this.writeLegend(null);
    });
  }

  /** Shows curves in place of those before, with other settings if given; keeps the zoom unless the axis changes. */
  show(x: readonly number[], curves: readonly PlottedCurve[], settings: Partial<PlotSettings> = {}): void {
    const isOtherAxis = settings.x !== undefined && settings.x !== this.settings.x;
    const range = this.isZoomed && !isOtherAxis ? this.range() : undefined;
    this.settings = { ...this.settings, ...settings };
    [this.x, this.curves] = [x, curves];
    this.plot?.destroy();
    this.plot = new uPlot(this.options(), [[...x], ...curves.map(({ values }) => [...values])], this.canvas);
    this.setZoomed(false);
    if (range) this.plot.setScale('x', { min: range[0], max: range[1] });
    this.writeLegend(null);
  }

  private size(): { width: number; height: number } {
    const width = Math.max(200, this.canvas.clientWidth || 600);
    return { width, height: this.settings.height ?? Math.round(Math.min(440, Math.max(180, width * 0.42))) };
  }

  private resize(): void {
    const size = this.size();
    if (this.plot && this.plot.width !== size.width) this.plot.setSize(size);
  }

  private options(): uPlot.Options {
    const { x, isLogarithmic, fromZero, group, formatX = tick } = this.settings;
    const [axis, letter] = [axisStyle(), letterSize()];
    // Bars reach half a unit beyond their values.
    const edge = this.curves.some(({ kind }) => kind === 'bars') ? 0.5 : 0;
    const logarithmic: uPlot.Axis = {
      splits: (u) => logarithmicTicks(u.scales.y.min ?? 0.1, u.scales.y.max ?? 1),
      filter: (_, all) => all,
    };
    return {
      ...this.size(),
      legend: { show: false },
      padding: [10, 16, 0, 0],
      cursor: {
        y: false,
        drag: { x: true, y: false, dist: 4 },
        points: { size: 7 },
        ...(group !== undefined && { sync: { key: group, setSeries: false, scales: ['x', null] } }),
      },
      scales: {
        x: { time: false, range: (_, low, high) => (low === high ? [low - 1, high + 1] : [low - edge, high + edge]) },
        y: isLogarithmic
          ? { distr: 3, log: 10, range: (_, low, high) => logarithmicRange(low, high) }
          : { range: (_, low, high) => linearRange(low, high, fromZero) },
      },
      axes: [
        {
          ...axis,
          label: x,
          labelSize: 1.9 * letter,
          size: 2.7 * letter,
          space: 5 * letter,
          values: (_, all) => all.map(formatX),
          ...(edge > 0 && { incrs: WHOLE }),
        },
        { ...axis, size: 4.8 * letter, values: (_, all) => all.map(tick), ...(isLogarithmic && logarithmic) },
      ],
      series: [{}, ...this.curves.map((curve) => seriesOf(curve, !this.hidden.has(curve.name)))],
      hooks: {
        setCursor: [(u) => this.writeLegend(u.cursor.idx ?? null)],
        setScale: [(u, key) => key === 'x' && this.setZoomed(isPart(u))],
      },
    };
  }

  private setZoomed(isZoomed: boolean): void {
    this.isZoomed = isZoomed;
    this.reset.hidden = !isZoomed;
  }

  /** What is shown of the x axis. */
  private range(): [number, number] {
    const { min, max } = this.plot?.scales.x ?? {};
    return [min ?? 0, max ?? 1];
  }

  private together(): readonly Plot[] {
    const { group } = this.settings;
    return group === undefined ? [this] : (groups.get(group) ?? [this]);
  }

  private showAll(): void {
    for (const { plot, x } of this.together()) {
      if (x.length > 0) plot?.setScale('x', { min: x[0], max: x[x.length - 1] });
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.canvas) return;
    const step = event.shiftKey ? 10 : 1;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.move(-step),
      ArrowRight: () => this.move(step),
      Home: () => this.move(-this.x.length),
      End: () => this.move(this.x.length),
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      Escape: () => this.showAll(),
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Moves the cursor by that many points within what is shown. */
  private move(by: number): void {
    const { plot, x, curves } = this;
    if (!plot || x.length === 0) return;
    const [min, max] = this.range();
    const first = x.findIndex((value) => value >= min);
    const last = x.findLastIndex((value) => value <= max);
    const from = plot.cursor.idx ?? (by < 0 ? last + 1 : first - 1);
    const index = Math.min(last, Math.max(first, from + by));
    plot.setCursor({ left: plot.valToPos(x[index], 'x'), top: plot.over.clientHeight / 2 });
    const values = curves
      .filter(({ kind }) => kind !== 'faint')
      .map((curve) => {
        const value = nearestValue(curve.values, index);
        return `${curve.name} ${value === undefined ? 'none' : short(value)}`;
      });
    this.spoken.textContent = `${this.settings.x} ${short(x[index])}: ${values.join(', ')}`;
  }

  /** Zooms around the cursor, or the middle. */
  private zoom(factor: number): void {
    const { plot, x } = this;
    if (!plot || x.length < 2) return;
    const [min, max] = this.range();
    const middle = x[plot.cursor.idx ?? -1] ?? (min + max) / 2;
    const from = Math.max(x[0], middle - (middle - min) * factor);
    const to = Math.min(x[x.length - 1], middle + (max - middle) * factor);
    for (const other of this.together()) other.plot?.setScale('x', { min: from, max: to });
  }

  /** Writes the legend; while it has the same entries only their values change, so that the focus stays. */
  private writeLegend(index: number | null): void {
    const { x, formatX = short } = this.settings;
    const named = this.curves.filter(({ kind }) => kind !== 'faint');
    const signature = named.map(({ name }) => `${name} ${this.hidden.has(name)}`).join('\n');
    if (this.legend.dataset.signature !== signature || this.legend.childElementCount === 0) {
      this.legend.dataset.signature = signature;
      this.legend.replaceChildren(...named.map((curve) => this.entry(curve)), element('span', { class: 'place' }));
    }
    const values = this.legend.querySelectorAll('.value');
    named.forEach((curve, i) => {
      const value = index === null ? undefined : nearestValue(curve.values, index);
      values[i].textContent = value === undefined ? '' : short(value);
    });
    const place = this.legend.querySelector('.place');
    if (place) place.textContent = index === null ? '' : `${x} ${formatX(this.x[index])}`;
  }

  private entry(curve: PlottedCurve): HTMLButtonElement {
    const { name } = curve;
    const entry = button('', () => this.toggle(name));
    entry.setAttribute('aria-pressed', String(!this.hidden.has(name)));
    entry.append(swatch(curve), element('span', {}, name), element('span', { class: 'value' }));
    return entry;
  }

  private toggle(name: string): void {
    if (!this.hidden.delete(name)) this.hidden.add(name);
    this.curves.forEach((curve, i) => {
      if (curve.name === name) this.plot?.setSeries(i + 1, { show: !this.hidden.has(name) });
    });
    this.writeLegend(null);
    const names = this.curves.filter(({ kind }) => kind !== 'faint').map((curve) => curve.name);
    this.legend.querySelectorAll('button')[names.indexOf(name)]?.focus();
  }
}
