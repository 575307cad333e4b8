import type { Ora } from 'ora';
import ora from 'ora';
import { brokenAtWords, fitParts } from '../format.js';
import type { StepEvent, TrainingEvent } from '../training/events.js';
import { colour, isUnicode } from './capabilities.js';
import { Status } from './event-lines.js';
import { LossCourse } from './loss-course.js';
import { say } from './messages.js';
import type { Progress } from './progress.js';
import { Trend } from './trend.js';

/** Milliseconds between two updates of the line. */
const SHOW_EVERY = 100;
/** Columns that the spinner takes, and those that the terminal needs to show `^C`: on a full line that would wrap. */
const SPINNER = 3;
const INTERRUPTION = 2;
/** The most columns for the sparkline of the loss, and the fewest that are useful. */
const WIDEST = 24;
const NARROWEST = 6;
/** The most columns for the chart at the end. */
const WIDEST_CHART = 80;

/** One changing line below the permanent lines. ora keeps the two apart, whatever else writes to the terminal. */
export class LiveProgress implements Progress {
  private readonly spinner: Ora;
  private readonly status = new Status();
  private readonly losses = isUnicode() ? new Trend() : undefined;
  private readonly course: LossCourse | undefined;
  private shownAt = Number.NEGATIVE_INFINITY;

  /** @param isCharted whether to draw a chart of the losses at the end */
  constructor(isCharted: boolean) {
    this.course = isCharted ? new LossCourse() : undefined;
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
    this.course?.add(event);
    if (event.event === 'started') this.spinner.text = 'training';
    if (event.event === 'finished') this.close();
    if (event.event === 'step') this.showStatus(event);
    if (line === undefined) return;
    // Lines of a sample are as the model wrote them.
    say(event.event === 'sample' ? line : brokenAtWords(line, process.stderr.columns).join('\n'));
    if (event.event !== 'finished') return;
    const style = { width: Math.min(process.stderr.columns, WIDEST_CHART), unicode: isUnicode(), colour };
    for (const drawn of this.course?.lines(style) ?? []) say(drawn);
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
