import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CharrnnError } from '../errors.js';

/** A file that JSON objects are appended to, one a line. Losing it is a pity, but ends nothing. */
export class LogFile {
  private last: Promise<void> = Promise.resolve();
  private isLost = false;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly onWarning: (message: string) => void,
  ) {}

  /**
   * Opens a file, and makes its folder. A line that a killed process has left unfinished is ended.
   * @param onWarning told once, when a line cannot be written
   * @throws CharrnnError when it cannot be opened
   */
  static async open(path: string, onWarning: (message: string) => void): Promise<LogFile> {
    try {
      await mkdir(dirname(resolve(path)), { recursive: true });
      const file = await open(path, 'a');
      const log = new LogFile(path, file, onWarning);
      if (await isUnfinished(path)) log.append('\n');
      return log;
    } catch (error) {
      throw new CharrnnError(`--log ${path}: ${(error as Error).message}; give a file that can be written`);
    }
  }

  /** Appends without waiting, in order. */
  write(value: object): void {
    this.append(`${JSON.stringify(value)}\n`);
  }

  /** Waits for all that was written. */
  async close(): Promise<void> {
    await this.last;
    await this.file.close().catch((error) => this.lose(error));
  }

  private append(text: string): void {
    if (this.isLost) return;
    this.last = this.last.then(() => (this.isLost ? undefined : this.file.appendFile(text))).catch((e) => this.lose(e));
  }

  private lose(error: Error): void {
    if (!this.isLost) this.onWarning(`--log ${this.path}: ${error.message}; training goes on without it`);
    this.isLost = true;
  }
}

/** Whether a file ends within a line. */
async function isUnfinished(path: string): Promise<boolean> {
  const found = await stat(path);
  if (!found.isFile() || found.size === 0) return false;
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, found.size - 1);
    return buffer[0] !== 10;
  } finally {
    await file.close();
  }
}
