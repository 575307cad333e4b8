import { visibleJson } from '../format.js';
import { write } from './output.js';

/** One JSON object a line on standard output. */
export class JsonLines {
  /** Whether the reader has gone away. */
  isReaderGone = false;
  private failure: unknown;
  private last: Promise<void> = Promise.resolve();

  /** @param onEnd called once when nothing can be written any more */
  constructor(private readonly onEnd: () => void) {}

  /** Writes without waiting, in order. */
  write(value: object): void {
    if (this.isReaderGone || this.failure !== undefined) return;
    this.last = write(`${visibleJson(JSON.stringify(value))}\n`).then(
      (taken) => {
        if (!taken && !this.isReaderGone) {
          this.isReaderGone = true;
          this.onEnd();
        }
      },
      (error: unknown) => {
        this.failure = error;
        this.onEnd();
      },
    );
  }

  /** Waits for all that was written; throws what kept a line from being written, unless the reader just went away. */
  async end(): Promise<void> {
    await this.last;
    if (this.failure !== undefined) throw this.failure;
  }
}
