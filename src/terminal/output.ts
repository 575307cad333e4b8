// Standard output: data. Its reader may be slow, or go away; both are his right.

import { setImmediate as turn } from 'node:timers/promises';
import { CharrnnError } from '../errors.js';
import { jsonLine } from '../format.js';
import { endsInsideLineEnd, terminalText } from './messages.js';

/** Milliseconds between two writes of text that is being generated: smooth to the eye, cheap for a pipe. */
const WRITE_EVERY = 25;

/**
 * Writes, and waits until the text has been taken.
 * @returns false when the reader has gone away, which is a success
 * @throws CharrnnError when it cannot be written for another reason, such as a full disk
 */
export function write(text: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error?: NodeJS.ErrnoException | null) => {
      if (!error) resolve(true);
      else if (isReaderGone(error)) resolve(false);
      else
        reject(new CharrnnError(`standard output: cannot be written (${error.code}); make room, or write elsewhere`));
    });
  });
}

/** Whether an error of a stream says that nobody reads it any more. */
function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED' || error.code === 'EOF';
}

export const isTerminal = (): boolean => process.stdout.isTTY;

/** Columns of the terminal, or those of whatever else standard output goes to. */
export const columns = (elsewhere = 80): number => process.stdout.columns || elsewhere;

export async function writeLines(lines: readonly string[]): Promise<boolean> {
  return write(lines.map((line) => `${line}\n`).join(''));
}

/**
 * Writes text as it is generated, the first of it at once; empty pieces only say that work goes on. Ends when the reader
 * goes away. On a terminal the last line is completed, and what has power over it is shown, unless the text is to be
 * `raw`; files and pipes always get the exact text.
 */
export async function writeText(pieces: Iterable<string> | AsyncIterable<string>, raw: boolean): Promise<void> {
  const { isTTY } = process.stdout;
  const shown = isTTY && !raw ? terminalText : (text: string): string => text;
  let waiting = '';
  let end = '';
  let writtenAt = Number.NEGATIVE_INFINITY;
  for await (const piece of pieces) {
    waiting += piece;
    end = piece || end;
    if (performance.now() - writtenAt < WRITE_EVERY || endsInsideLineEnd(waiting)) continue;
    if (waiting !== '' && !(await write(shown(waiting)))) return;
    waiting = '';
    // Generating need not wait for anything, so that signals would have no turn.
    await turn();
    writtenAt = performance.now();
  }
  if (isTTY && !end.endsWith('\n')) waiting += '\n';
  if (waiting !== '') await write(shown(waiting));
}

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
    this.last = write(`${jsonLine(value)}\n`).then(
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
