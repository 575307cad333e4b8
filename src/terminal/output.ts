// Standard output, for data. Its reader may be slow or go away; neither is an error.

import { setImmediate as turn } from 'node:timers/promises';
import { CharrnnError } from '../errors.js';
import { jsonLine } from '../format.js';
import { endsInsideLineEnd, terminalText } from './messages.js';

/** Milliseconds between two writes of text that is being generated: smooth to the eye, cheap for a pipe. */
const WRITE_EVERY = 25;

/**
 * Writes, and waits until the text has been accepted.
 * @returns false when the reader has gone away, which is not an error
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

/** Whether a stream error means that the reader has gone away. */
function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED' || error.code === 'EOF';
}

export const isTerminal = (): boolean => process.stdout.isTTY;

/** Columns of the terminal, or the default for other outputs. */
export const columns = (elsewhere = 80): number => process.stdout.columns || elsewhere;

export async function writeLines(lines: readonly string[]): Promise<boolean> {
  return write(lines.map((line) => `${line}\n`).join(''));
}

/**
 * Writes text as it is generated, the first piece at once; empty pieces only signal that work continues. Ends when the
 * reader goes away. On a terminal, completes the last line and, unless `raw`, makes control characters visible; files
 * and pipes always get the exact text.
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
    // Generating may never wait for anything, so let signals be handled here.
    await turn();
    writtenAt = performance.now();
  }
  if (isTTY && !end.endsWith('\n')) waiting += '\n';
  if (waiting !== '') await write(shown(waiting));
}

/** Writes JSON objects to standard output, one per line. */
export class JsonLines {
  /** Whether the reader has gone away. */
  isReaderGone = false;
  private failure: unknown;
  private last: Promise<void> = Promise.resolve();

  /** @param onEnd called once when nothing more can be written */
  constructor(private readonly onEnd: () => void) {}

  /** Writes a line without waiting; lines keep their order. */
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

  /** Waits for all pending writes; throws the error that made one fail, unless the reader went away. */
  async end(): Promise<void> {
    await this.last;
    if (this.failure !== undefined) throw this.failure;
  }
}
