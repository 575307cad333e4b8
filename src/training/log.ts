import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { absentOr } from '../files/paths.js';
import { faultIn, userError } from '../files/system-errors.js';
import { jsonLine } from '../format.js';
import { LN2 } from '../mathematics.js';
import type { StepEvent, TrainingEvent } from './events.js';

/** A line of the training log. Losses are in nats per character. */
export interface LogLine {
  readonly step: number;
  readonly epoch: number;
  /** Mean over the steps since the previous line. */
  readonly loss: number;
  readonly bitsPerCharacter: number;
  /** Null where no validation was due. */
  readonly validationLoss: number | null;
  readonly learningRate: number;
  /** Mean norm before clipping over the steps since the previous line. */
  readonly gradientNorm: number;
  /** Fraction of the steps since the previous line whose gradient was scaled down to `--clip-norm`. */
  readonly clipped: number;
  readonly charactersPerSecond: number;
  readonly secondsLeft: number | null;
}

/**
 * Turns the events of a run into log lines: one after every so many steps and one after every validation, but only one
 * per step. The event of a step precedes that of its validation, so its line waits for the next event.
 */
export class TrainingLog {
  private latest: StepEvent | undefined;
  /** Over the steps since the latest line. */
  private sums = { count: 0, loss: 0, gradientNorm: 0, clipped: 0 };
  private isWaiting = false;

  /** @param every number of steps between two lines */
  constructor(
    private readonly every: number,
    private readonly write: (line: LogLine) => void,
  ) {}

  onEvent(event: TrainingEvent): void {
    if (event.event === 'validation') this.writeLine(event.loss);
    if (event.event === 'step') this.onStep(event);
  }

  /** Writes the waiting line, if any. */
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
/** Windows has no such flag, and no such pipes. */
const NON_BLOCKING = constants.O_NONBLOCK ?? 0;

/** A file to which JSON objects are appended, one per line. A failed write is only a warning. */
export class LogFile {
  private last: Promise<void> = Promise.resolve();
  private isLost = false;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly onWarning: (message: Message) => void,
  ) {}

  /**
   * Opens a file in an existing folder, or a pipe that has a reader. A line that a killed process left unfinished is
   * ended.
   * @param onWarning called once, when a line cannot be written
   * @throws CharrnnError when the file cannot be opened, or is not a log: nothing is appended to other files
   */
  static async open(path: string, onWarning: (message: Message) => void): Promise<LogFile> {
    const subject = line`${option('log')} ${path}`;
    try {
      if (((await byteOf(path, 'first')) ?? BRACE) !== BRACE) {
        throw new CharrnnError(line`${subject}: exists and is not a log; remove it, or give another file`);
      }
      // Opening a pipe without a reader would block, so try without blocking first.
      const attempt = await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | NON_BLOCKING);
      const file = await open(path, 'a').finally(() => attempt.close());
      const log = new LogFile(path, file, onWarning);
      if (((await byteOf(path, 'last')) ?? LINE_FEED) !== LINE_FEED) log.append('\n');
      return log;
    } catch (error) {
      throw userError(subject, error, 'make its folder, or give another path');
    }
  }

  /** Appends a line without waiting; lines keep their order. */
  write(value: object): void {
    this.append(`${jsonLine(value)}\n`);
  }

  /** Waits for all pending writes and closes the file. */
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
      this.onWarning(line`${option('log')} ${this.path}: ${faultIn(error)}; training continues without it`);
    this.isLost = true;
  }
}

/** Returns the first or last byte of a file, or undefined if it is empty, missing or not a regular file. */
async function byteOf(path: string, end: 'first' | 'last'): Promise<number | undefined> {
  const found = await absentOr(stat(path));
  if (!found?.isFile() || found.size === 0) return undefined;
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, end === 'first' ? 0 : found.size - 1);
    return buffer[0];
  } finally {
    await file.close();
  }
}
