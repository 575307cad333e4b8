import type { CourseData, RunData } from '../report-data.js';
import { runColour } from './colours.js';
import { joined, smoothed } from './curves.js';
import { checkbox, element, section, selection } from './elements.js';
import type { PlottedCurve } from './plot-parts.js';
import { Plot } from './plots.js';

type Column = 'loss' | 'validationLoss' | 'learningRate' | 'gradientNorm' | 'clipped' | 'charactersPerSecond';

interface Chart {
  readonly title: string;
  readonly y: string;
  readonly columns: readonly Column[];
  readonly isLogarithmic: boolean;
  readonly fromZero?: boolean;
}

const charts: readonly Chart[] = [
  { title: 'Loss', y: 'nats per character', columns: ['loss', 'validationLoss'], isLogarithmic: true },
  { title: 'Learning rate', y: 'step size', columns: ['learningRate'], isLogarithmic: true, fromZero: true },
  { title: 'Gradient norm', y: 'before clipping', columns: ['gradientNorm'], isLogarithmic: true, fromZero: true },
  { title: 'Clipped steps', y: 'fraction of the steps', columns: ['clipped'], isLogarithmic: false, fromZero: true },
  {
    title: 'Speed',
    y: 'characters per second',
    columns: ['charactersPerSecond'],
    isLogarithmic: false,
    fromZero: true,
  },
];

const axes = ['steps', 'epochs', 'characters'] as const;
type Axis = (typeof axes)[number];

/** A curve of a run before it is joined with others. */
interface Curve {
  readonly name: string;
  /** The number of the run whose colour it has. */
  readonly run: number;
  readonly course: CourseData;
  readonly y: readonly (number | null)[];
  readonly kind: PlottedCurve['kind'];
}

/** The runs side by side: what was measured while they lasted. */
export class CourseSection {
  readonly box: HTMLElement;
  private readonly plots = charts.map(
    ({ title, y, fromZero = false }) => new Plot({ title, y, x: 'steps', group: 'course', fromZero }),
  );
  private readonly note = element('p', { class: 'note' });
  private axis: Axis = 'steps';
  private smoothing = 0;
  private isLogarithmic = false;

  constructor(private runs: readonly RunData[]) {
    const available = axes.filter(
      (axis) => axis !== 'characters' || runs.every(({ course }) => course.charactersPerStep !== null),
    );
    const slider = element('input', { type: 'range', min: 0, max: 0.99, step: 0.01, value: 0 });
    const amount = element('output', {}, 'off');
    slider.addEventListener('input', () => {
      this.smoothing = Number(slider.value);
      amount.textContent = this.smoothing === 0 ? 'off' : this.smoothing.toFixed(2);
      this.draw();
    });
    const controls = element(
      'div',
      { class: 'controls' },
      selection('Over', available, (index) => {
        this.axis = available[index];
        this.draw();
      }),
      element('label', { class: 'control' }, 'Smoothing ', slider, ' ', amount),
      checkbox('Logarithmic', (isChecked) => {
        this.isLogarithmic = isChecked;
        this.draw();
      }),
    );
    const hint = element(
      'p',
      { class: 'note' },
      'Drag to zoom, Esc shows everything. Names in a legend hide their curves. With a chart in focus, the arrow keys move its cursor.',
    );
    this.box = section(
      'runs',
      runs.length > 1 ? 'Runs side by side' : 'The run',
      controls,
      element('div', { class: 'charts' }, ...this.plots.map(({ box }) => box)),
      this.note,
      hint,
    );
  }

  /** Draws the charts, with other runs if given; call it once the section is in the page. */
  draw(runs = this.runs): void {
    this.runs = runs;
    charts.forEach((chart, i) => {
      const curves = this.curvesOf(chart);
      const plot = this.plots[i];
      plot.box.hidden = curves.length === 0;
      if (curves.length === 0) return;
      const { x, columns } = joined(curves.map(({ course, y }) => ({ x: this.xOf(course), y })));
      const plotted: PlottedCurve[] = curves.map(({ name, kind, run }, k) => ({
        name,
        kind,
        values: columns[k],
        colour: () => runColour(run),
      }));
      plot.show(x, plotted, { x: this.axis, isLogarithmic: this.isLogarithmic && chart.isLogarithmic });
    });
    const lossesAlone = this.runs.filter(({ course }) => course.gradientNorm.every((value) => value === null));
    const missing = lossesAlone.map(({ name }) => name).join(', ');
    this.note.textContent =
      missing === ''
        ? ''
        : `${missing}: losses alone, because no log of it was given. A log also has the learning rate, the gradient norm, the share of clipped steps and the speed.`;
    this.note.hidden = missing === '' || this.runs.every(({ course }) => course.step.length === 0);
  }

  private xOf({ step, epoch, charactersPerStep }: CourseData): readonly number[] {
    if (this.axis === 'epochs') return epoch;
    return this.axis === 'steps' ? step : step.map((value) => value * (charactersPerStep ?? 1));
  }

  /** The curves of a chart: a smoothed one has the measurements behind it. */
  private curvesOf({ columns }: Chart): Curve[] {
    return this.runs.flatMap(({ name: run, course }, number) =>
      columns.flatMap((column): Curve[] => {
        const y = course[column];
        if (y.every((value) => value === null)) return [];
        const isValidation = column === 'validationLoss';
        const what = columns.length === 1 ? '' : isValidation ? 'validation' : 'training';
        const name = [this.runs.length > 1 || what === '' ? run : '', what].filter((part) => part !== '').join(' ');
        // A single run has a colour for each kind of loss.
        const colour = isValidation && this.runs.length === 1 ? number + 1 : number;
        const curve: Curve = { name, run: colour, course, y, kind: isValidation ? 'dashed' : 'line' };
        if (this.smoothing === 0 || isValidation) return [curve];
        return [
          { ...curve, kind: 'faint' },
          { ...curve, y: smoothed(y, this.smoothing) },
        ];
      }),
    );
  }
}
