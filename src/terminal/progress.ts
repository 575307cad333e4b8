import type { Ora } from 'ora';
import { visible } from '../format.js';
import type { StepEvent, TrainingEvent } from '../training/events.js';
import { colour, isLive } from './capabilities.js';
import { permanentLine, Status } from './event-lines.js';
import { say } from './messages.js';

/** Shows the progress of a run on standard error. */
export interface Progress {
  show(event: TrainingEvent): void;
  /** Writes one line from the program itself, above the progress. */
  say(message: string): void;
  close(): void;
}

/** For a quiet run: shows warnings and adapted options, but no hints. */
export const noticesOnly: Progress = {
  show: (event) => {
    if (event.event === 'notice' && event.kind !== 'hint') say(permanentLine(event) ?? '');
  },
  say,
  close: () => {},
};

/** Seconds between two status lines. */
const SHOW_EVERY = 5;

/** Plain lines for a file or a log: permanent lines, and a status line every few seconds. */
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

/** Milliseconds; shorter tasks show nothing. */
const PATIENCE = 400;

/** A live line on standard error during a long task; nothing if it is not a terminal. */
export class Task {
  private text = '';
  private spinner: Ora | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(isShown: boolean = isLive()) {
    if (isShown) this.timer = setTimeout(() => void this.start(), PATIENCE);
  }

  /** Sets the text of the line. */
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
    // Standard input may be a text, and the program handles Ctrl-C itself.
    this.spinner = ora({ text: this.text, color, isEnabled: true, discardStdin: false }).start();
  }
}
