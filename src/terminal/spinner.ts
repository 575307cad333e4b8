import type { Ora } from 'ora';
import { visible } from '../format.js';
import { colour, isLive } from './capabilities.js';

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
