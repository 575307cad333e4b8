import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { jsonLine } from '../format.js';
import { LN2 } from '../mathematics.js';
import type { StepEvent, TrainingEvent } from './events.js';

/** A line of the log of a training. Losses in nats per character. */
export interface LogLine {
  readonly step: number;
  readonly epoch: number;
  /** Mean over the steps since the line before. */
  readonly loss: number;
  readonly bitsPerCharacter: number;
  /** Null where no validation was due. */
  readonly validationLoss: number | null;
  readonly learningRate: number;
  /** Mean over the steps since the line before, of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Share of the steps since the line before whose gradient was scaled down to `--clip-norm`. */
  readonly clipped: number;
  readonly charactersPerSecond: number;
  readonly secondsLeft: number | null;
}

/**
 * The course of a run in lines: one behind every so many steps, and one behind every validation; never two of one step.
 * A step is told before its validation, so that its line waits for the next event.
 */
export class TrainingLog {
  private latest: StepEvent | undefined;
  /** Over the steps since the latest line. */
  private sums = { count: 0, loss: 0, gradientNorm: 0, clipped: 0 };
  private isWaiting = false;

  /** @param every steps between two lines */
  constructor(
    private readonly every: number,
    private readonly write: (line: LogLine) => void,
  ) {}

  onEvent(event: TrainingEvent): void {
    if (event.event === 'validation') this.writeLine(event.loss);
    if (event.event === 'step') this.onStep(event);
  }

  /** Writes the line that waits. */
  close(): void {
    if (this.isWaiting) this.writeLine(null);
  }

  private onStep(event: StepEvent): void {
    this.close();
    const { sums } = this;
    this.latest = event;
    sums.count++;
    sums.loss += event.loss;
    sums.gradientNorm += event.gradientNorm;
    sums.clipped += Number(event.isClipped);
    this.isWaiting = event.step % this.every === 0;
  }

  private writeLine(validationLoss: number | null): void {
    const { latest, sums } = this;
    if (!latest || sums.count === 0) return;
    this.isWaiting = false;
    this.sums = { count: 0, loss: 0, gradientNorm: 0, clipped: 0 };
    const loss = sums.loss / sums.count;
    const { step, epoch, learningRate, charactersPerSecond, secondsLeft } = latest;
    this.write({
      ...{ step, epoch, loss, bitsPerCharacter: loss / LN2, validationLoss, learningRate },
      gradientNorm: sums.gradientNorm / sums.count,
      clipped: sums.clipped / sums.count,
      ...{ charactersPerSecond, secondsLeft },
    });
  }
}

const BRACE = 0x7b;
const LINE_FEED = 0x0a;

/** A file that JSON objects are appended to, one a line. Losing it is a pity, but ends nothing. */
export class LogFile {
  private last: Promise<void> = Promise.resolve();
  private isLost = false;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly onWarning: (message: Message) => void,
  ) {}

  /**
   * Opens a file, and makes its folder. A line that a killed process has left unfinished is ended.
   * @param onWarning told once, when a line cannot be written
   * @throws CharrnnError when it cannot be opened, or holds something else: somebody's novel is not appended to
   */
  static async open(path: string, onWarning: (message: Message) => void): Promise<LogFile> {
    if (((await byteOf(path, 'first')) ?? BRACE) !== BRACE) {
      throw new CharrnnError(
        line`${option('log')} ${path}: is there already, and no log; remove it, or give another file`,
      );
    }
    try {
      await mkdir(dirname(resolve(path)), { recursive: true });
      const file = await open(path, 'a');
      const log = new LogFile(path, file, onWarning);
      if (((await byteOf(path, 'last')) ?? LINE_FEED) !== LINE_FEED) log.append('\n');
      return log;
    } catch (error) {
      throw new CharrnnError(
        line`${option('log')} ${path}: ${(error as Error).message}; give a file that can be written`,
      );
    }
  }

  /** Appends without waiting, in order. */
  write(value: object): void {
    this.append(`${jsonLine(value)}\n`);
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
    if (!this.isLost)
      this.onWarning(line`${option('log')} ${this.path}: ${error.message}; training goes on without it`);
    this.isLost = true;
  }
}

/** The first or last byte of a file, or nothing of one that is empty, not there or no regular file. */
async function byteOf(path: string, end: 'first' | 'last'): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile() || found.size === 0) return undefined;
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, end === 'first' ? 0 : found.size - 1);
    return buffer[0];
  } finally {
    await file.close();
  }
}
