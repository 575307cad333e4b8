import type { CourseData, NewLines, RunData } from '../report-data.js';
import { appended } from './curves.js';
import { element } from './elements.js';

/** Follows the log of a run: asks the server for its new lines, and shows them. */
export class LiveLog {
  readonly box = element('p', { class: 'note', role: 'status' }, 'Waiting for the first lines …');
  private from = 0;

  constructor(
    private run: RunData,
    private readonly every: number,
    private readonly onChange: (run: RunData) => void,
  ) {}

  /** Starts to ask, and does not end. */
  async follow(): Promise<void> {
    for (;;) {
      const hasMore = await this.ask();
      if (!hasMore) await new Promise((resolve) => setTimeout(resolve, this.every));
    }
  }

  private async ask(): Promise<boolean> {
    try {
      const response = await fetch(`lines?from=${this.from}`);
      if (!response.ok) throw new Error(await response.text());
      const { isAnew, next, hasMore, course }: NewLines = await response.json();
      this.from = next;
      if (isAnew || course.step.length > 0) this.take(isAnew ? course : appended(this.run.course, course));
      return hasMore;
    } catch {
      this.box.textContent =
        'The server does not answer: it has ended, or the log cannot be read. The page shows what there was.';
      return false;
    }
  }

  private take(course: CourseData): void {
    this.run = { ...this.run, course };
    const { length } = course.step;
    this.box.textContent =
      length === 0
        ? 'Waiting for the first lines …'
        : `Following the log: step ${course.step[length - 1].toLocaleString('en-US')}, epoch ${course.epoch[length - 1].toFixed(2)}.`;
    if (length > 0) this.onChange(this.run);
  }
}
