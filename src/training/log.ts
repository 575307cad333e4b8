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
