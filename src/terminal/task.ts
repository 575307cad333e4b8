import type { Ora } from 'ora';
import { visible } from '../format.js';
import { colour } from './colour.js';
import { isLive } from './progress.js';

/** Tasks shorter than this, in milliseconds, show nothing. */
const PATIENCE = 400;

/** A live line on standard error while something takes long; nothing where that is no terminal. */
export class Task {
  private readonly start = performance.now();
  private spinner: Ora | undefined;
  private isLoading = false;

  constructor(private readonly isShown: boolean = isLive()) {}

  /** Says what is being done. */
  async show(text: string): Promise<void> {
    if (!this.isShown || performance.now() - this.start < PATIENCE) return;
    if (this.spinner) this.spinner.text = visible(text);
    if (this.spinner || this.isLoading) return;
    this.isLoading = true;
    const { default: ora } = await import('ora');
    if (!this.isLoading) return;
    const color = colour.level > 0 && ('cyan' as const);
    this.spinner = ora({ text: visible(text), color, isEnabled: true, discardStdin: false }).start();
  }

  close(): void {
    this.isLoading = false;
    this.spinner?.stop();
    this.spinner = undefined;
  }
}
