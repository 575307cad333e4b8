import type { TrainingEvent } from '../training/events.js';
import { type ChartStyle, type Curve, chartLines } from './chart.js';
import { Trend } from './trend.js';

/** Rows of the chart. */
const HEIGHT = 6;
/** Training losses from which on a chart says more than the numbers. */
const FEWEST = 5;

/** Records the losses of a run in bounded memory, for a small chart at its end. */
export class LossCourse {
  private readonly training = new Series();
  private readonly validation = new Series();

  add(event: TrainingEvent): void {
    if (event.event === 'step') this.training.add(event.step, event.loss);
    if (event.event === 'validation') this.validation.add(event.step, event.loss);
  }

  /** Draws the losses; nothing if there are too few. */
  lines(style: Omit<ChartStyle, 'height'>): string[] {
    const training = this.training.points();
    if (training.length < FEWEST) return [];
    const curves: Curve[] = [
      { name: 'training', points: training },
      { name: 'validation', points: this.validation.points() },
    ];
    return chartLines(
      curves.filter(({ points }) => points.length > 0),
      { ...style, height: HEIGHT },
    );
  }
}

/** Losses by step: means of both where there are many. */
class Series {
  private readonly steps = new Trend();
  private readonly losses = new Trend();

  add(step: number, loss: number): void {
    this.steps.add(step);
    this.losses.add(loss);
  }

  points(): { x: number; y: number }[] {
    const losses = this.losses.values;
    return this.steps.values.map((x, i) => ({ x: Math.round(x), y: losses[i] }));
  }
}
