import ora, { type Ora } from 'ora';
import type { StepEvent, TrainingEvent } from '../training/events.js';
import { colour } from './colour.js';
import { fitParts } from './format.js';
import { permanentLine, Status } from './lines.js';
import { say } from './messages.js';
import type { Progress } from './progress.js';
import { Trend } from './sparkline.js';
import { isUnicode } from './unicode.js';

/** Milliseconds between two changes of the line. */
const SHOW_EVERY = 100;
/** Columns that the spinner takes. */
const SPINNER = 3;
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
    this.status.remember(event);
    if (event.event === 'started') this.spinner.text = 'training';
    if (event.event === 'finished') this.close();
    if (event.event === 'step') this.showStatus(event);
    const line = permanentLine(event);
    if (line !== undefined) say(line);
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
    this.spinner.text = this.line(step, process.stderr.columns - SPINNER);
  }

  /** How the run stands, the course of its loss, and whatever else there is room for. */
  private line(step: StepEvent, columns: number): string {
    const { first, more } = this.status.parts(step);
    const room = columns - fitParts(first, columns).length - 2;
    const course = room < NARROWEST ? '' : this.losses?.draw(Math.min(WIDEST, room));
    return fitParts([...first, ...(course ? [course] : []), ...more], columns);
  }
}
