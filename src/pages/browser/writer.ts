import type { Checkpoint } from '../../checkpoint/checkpoint.js';
import type { Piece } from '../../sampling/pieces.js';
import { drawPieces } from '../../sampling/sample.js';
import type { PlaySettings } from '../play-data.js';

/** Milliseconds that the model may compute before the page is drawn again. */
const SLICE = 12;

export interface WriterEvents {
  /** Called with new text, and the probability of each of its characters. */
  readonly onText: (text: string, probabilities: readonly number[]) => void;
  /** Called at the end: whether it was stopped, and how fast the model was, in characters per second of its own time. */
  readonly onEnd: (isStopped: boolean, rate: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Lets the model write in slices of time, between which the page answers. */
export class Writer {
  private work: Iterator<Piece> | undefined;
  private count = 0;
  private computed = 0;
  private started = 0;

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly events: WriterEvents,
  ) {}

  get isWriting(): boolean {
    return this.work !== undefined;
  }

  /**
   * Begins a text; one that is being written is given up.
   * @param pace characters per second
   */
  write({ prime, temperature, topP, length, seed = 0 }: PlaySettings, pace: number): void {
    const work = drawPieces(this.checkpoint, {
      ...{ prime, temperature, length, seed, unknown: 'skip', probabilities: true },
      ...(topP < 1 && { topP }),
    });
    this.work = work;
    this.count = 0;
    this.computed = 0;
    this.started = performance.now();
    const next = (): void => {
      if (this.work !== work) return;
      this.slice(work, pace);
      if (this.work === work) requestAnimationFrame(next);
    };
    next();
  }

  stop(): void {
    if (this.work) this.end(true);
  }

  private slice(work: Iterator<Piece>, pace: number): void {
    const begin = performance.now();
    const due = pace === Number.POSITIVE_INFINITY ? pace : 1 + ((begin - this.started) / 1000) * pace;
    let text = '';
    const probabilities: number[] = [];
    try {
      let isDone = false;
      while (!isDone && this.count < due && performance.now() - begin < SLICE) {
        const { done, value } = work.next();
        if (done) {
          isDone = true;
          break;
        }
        text += value.text;
        probabilities.push(...value.probabilities);
        this.count += value.probabilities.length;
        isDone = value.end !== undefined;
      }
      this.computed += performance.now() - begin;
      if (text !== '') this.events.onText(text, probabilities);
      if (isDone) this.end(false);
    } catch (error) {
      this.work = undefined;
      this.events.onError(error);
    }
  }

  private end(isStopped: boolean): void {
    this.work = undefined;
    this.events.onEnd(isStopped, this.computed > 0 ? (1000 * this.count) / this.computed : 0);
  }
}
