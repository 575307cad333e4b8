import type { Ora } from 'ora';
import ora from 'ora';
import { brokenAtWords, fitParts } from '../format.js';
import type { StepEvent, TrainingEvent } from '../training/events.js';
import { colour, isUnicode } from './capabilities.js';
import { Status } from './event-lines.js';
import { say } from './messages.js';
import type { Progress } from './progress.js';

/** Milliseconds between two updates of the line. */
const SHOW_EVERY = 100;
/** Columns that the spinner takes, and those that the terminal needs to show `^C`: on a full line that would wrap. */
const SPINNER = 3;
const INTERRUPTION = 2;
/** The most columns for the sparkline of the loss, and the fewest that are useful. */
const WIDEST = 24;
const NARROWEST = 6;

/** One changing line below the permanent lines. ora keeps the two apart, whatever else writes to the terminal. */
export class LiveProgress implements Progress {
  private readonly spinner: Ora;
  private readonly status = new Status();
  private readonly losses = isUnicode() ? new Trend() : undefined;
  private shownAt = Number.NEGATIVE_INFINITY;

  constructor() {
    this.spinner = ora({
      text: 'reading the corpus',
      color: colour.level > 0 && 'cyan',
      isEnabled: true,
      // The corpus may come from standard input, and the program handles Ctrl-C itself.
      discardStdin: false,
    }).start();
  }

  show(event: TrainingEvent): void {
    const line = this.status.take(event);
    if (event.event === 'started') this.spinner.text = 'training';
    if (event.event === 'finished') this.close();
    if (event.event === 'step') this.showStatus(event);
    if (line === undefined) return;
    // Lines of a sample are as the model wrote them.
    say(event.event === 'sample' ? line : brokenAtWords(line, process.stderr.columns).join('\n'));
  }

  say(message: string): void {
    say(message);
  }

  close(): void {
    this.spinner.stop();
  }

  private showStatus(step: StepEvent): void {
    this.losses?.add(step.loss);
    const now = performance.now();
    if (now - this.shownAt < SHOW_EVERY) return;
    this.shownAt = now;
    this.spinner.text = this.line(step, process.stderr.columns - SPINNER - INTERRUPTION);
  }

  /** Returns the status of the run, the sparkline of its loss, and further parts that fit. */
  private line(step: StepEvent, columns: number): string {
    const { first, more } = this.status.parts(step);
    const room = columns - fitParts(first, columns).length - 2;
    const course = room < NARROWEST ? '' : this.losses?.draw(Math.min(WIDEST, room));
    return fitParts([...first, ...(course ? [course] : []), ...more], columns);
  }
}

/** Eight heights of a column. */
const BARS = [...'▁▂▃▄▅▆▇█'];
/** Number of means at which neighbouring means are merged. */
const KEPT = 128;

/** Records a number over time in bounded memory, and draws it in one line. */
export class Trend {
  private means: number[] = [];
  /** Values per mean; `sum` and `count` belong to the next mean. */
  private width = 1;
  private sum = 0;
  private count = 0;

  add(value: number): void {
    this.sum += value;
    this.count++;
    if (this.count < this.width) return;
    this.means.push(this.sum / this.count);
    this.sum = 0;
    this.count = 0;
    if (this.means.length < KEPT) return;
    const { means } = this;
    this.means = Array.from({ length: KEPT / 2 }, (_, i) => (means[2 * i] + means[2 * i + 1]) / 2);
    this.width *= 2;
  }

  /** Draws the values from the first to the latest in at most so many columns. */
  draw(columns: number): string {
    return sparkline(this.means, columns);
  }
}

/** Draws one column per value, or per group of values when there are too many. */
export function sparkline(values: readonly number[], columns: number): string {
  const length = Math.max(0, Math.min(columns, values.length));
  const means = Array.from({ length }, (_, i) => {
    const part = values.slice(Math.floor((i * values.length) / length), Math.floor(((i + 1) * values.length) / length));
    return part.reduce((sum, value) => sum + value, 0) / part.length;
  });
  const lowest = Math.min(...means);
  const range = Math.max(...means) - lowest;
  return means.map((mean) => BARS[range > 0 ? Math.round(((mean - lowest) / range) * (BARS.length - 1)) : 0]).join('');
}
