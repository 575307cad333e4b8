import type { TrainingEvent } from '../training/events.js';
import { permanentLine } from './event-lines.js';
import { say } from './messages.js';

/** Shows a run on standard error. */
export interface Progress {
  show(event: TrainingEvent): void;
  /** One line from the program itself, above the progress. */
  say(message: string): void;
  close(): void;
}

/**
 * One live line on a terminal, plain lines elsewhere, and notices alone if quiet. Where events go to a terminal as
 * JSON, no live line gets between them.
 */
export async function progressFor({ quiet, json }: { quiet: boolean; json: boolean }): Promise<Progress> {
  if (quiet || (json && process.stdout.isTTY)) return noticesOnly;
  if (!isLive()) return new (await import('./plain-progress.js')).PlainProgress(say);
  return new (await import('./live-line.js')).LiveProgress();
}

/** Nothing that is adapted is kept quiet. */
const noticesOnly: Progress = {
  show: (event) => {
    if (event.event === 'notice' && event.kind !== 'hint') say(permanentLine(event) ?? '');
  },
  say,
  close: () => {},
};

/** Whether standard error can show a line that changes. A terminal without a size has 0 columns, which ora never fills. */
export function isLive(): boolean {
  const { isTTY, columns } = process.stderr;
  return isTTY && columns > 0 && process.env.TERM !== 'dumb' && !process.env.CI;
}
