import type { Ora } from 'ora';
import { visible } from '../format.js';
import type { StepEvent, TrainingEvent } from '../training/events.js';
import { colour, isLive } from './capabilities.js';
import { permanentLine, Status } from './event-lines.js';
import { say } from './messages.js';

/** Shows a run on standard error. */
export interface Progress {
  show(event: TrainingEvent): void;
  /** One line from the program itself, above the progress. */
  say(message: string): void;
  close(): void;
}

/** For a run that is to be quiet; nothing that is adapted is kept quiet. */
export const noticesOnly: Progress = {
  show: (event) => {
    if (event.event === 'notice' && event.kind !== 'hint') say(permanentLine(event) ?? '');
  },
  say,
  close: () => {},
};

/** Seconds between two lines about steps. */
const SHOW_EVERY = 5;

/** Lines for a file or a log: what stays, and every few seconds how the run stands. */
export class PlainProgress implements Progress {
  private readonly status: Status;
  private shownAt = Number.NEGATIVE_INFINITY;

  /** @param now seconds */
  constructor(
    readonly say: (line: string) => void,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.status = new Status(now);
  }

  show(event: TrainingEvent): void {
    const line =
      this.status.take(event) ?? (event.event === 'step' && this.isDue() ? this.statusLine(event) : undefined);
    if (line !== undefined) this.say(line);
  }

  close(): void {}

  private statusLine(step: StepEvent): string {
    this.shownAt = this.now();
    const { first, more } = this.status.parts(step);
    return [...first, ...more].join('  ');
  }

  private isDue(): boolean {
    return this.now() - this.shownAt >= SHOW_EVERY;
  }
}

/** Tasks shorter than this, in milliseconds, show nothing. */
const PATIENCE = 400;

/** A live line on standard error while something takes long; nothing where that is no terminal. */
export class Task {
  private text = '';
  private spinner: Ora | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(isShown: boolean = isLive()) {
    if (isShown) this.timer = setTimeout(() => void this.start(), PATIENCE);
  }

  /** Says what is being done. */
  show(text: string): void {
    this.text = visible(text);
    if (this.spinner) this.spinner.text = this.text;
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.spinner?.stop();
    this.spinner = undefined;
  }

  private async start(): Promise<void> {
    const { default: ora } = await import('ora');
    if (this.timer === undefined) return; // closed meanwhile
    const color = colour.level > 0 && ('cyan' as const);
    // Standard input may be a text, and Ctrl-C is ours.
    this.spinner = ora({ text: this.text, color, isEnabled: true, discardStdin: false }).start();
  }
}
