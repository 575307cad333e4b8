import type { Ora } from 'ora';
import ora from 'ora';
import { brokenAtWords, fitParts } from '../format.js';
import type { StepEvent, TrainingEvent } from '../training/events.js';
import { colour, isUnicode } from './capabilities.js';
import { Status } from './event-lines.js';
import { say } from './messages.js';
import type { Progress } from './progress.js';

/** Milliseconds between two changes of the line. */
const SHOW_EVERY = 100;
/** Columns that the spinner takes, and those that the terminal needs to show `^C`: on a full line that would wrap. */
const SPINNER = 3;
const INTERRUPTION = 2;
/** The most columns for the course of the loss, and the fewest that tell anything. */
const WIDEST = 24;
const NARROWEST = 6;

/** One line that changes, and above it what stays. ora keeps the two apart, whoever writes to the terminal. */
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
      // The corpus may come from standard input, and Ctrl-C is ours.
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

  /** How the run stands, the course of its loss, and whatever else there is room for. */
  private line(step: StepEvent, columns: number): string {
    const { first, more } = this.status.parts(step);
    const room = columns - fitParts(first, columns).length - 2;
    const course = room < NARROWEST ? '' : this.losses?.draw(Math.min(WIDEST, room));
    return fitParts([...first, ...(course ? [course] : []), ...more], columns);
  }
}

/** Eight heights of a column. */
const BARS = [...'▁▂▃▄▅▆▇█'];
/** Means that are kept: when so many are there, neighbours become one. */
const KEPT = 128;

/** The course of a number in one line, however long it gets. */
export class Trend {
  private means: number[] = [];
  /** Values to a mean, and those of the mean to come. */
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

  /** At most so many columns, from the first value to the latest. */
  draw(columns: number): string {
    return sparkline(this.means, columns);
  }
}

/** A column for each number, or for each few of them where they are more than fit. */
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
