/** Where the words of the control stand. */
const STOP_WISHED = 0;
const STOP = 1;
const PROGRESS = 2;
export const CONTROL_WORDS = 3;

/**
 * Shared words through which a team agrees on the next step: the main thread wishes, rank 0 publishes, and behind a
 * barrier every worker reads the same.
 */
export class Control {
  constructor(private readonly words: Float64Array) {}

  /** Asks the team to stop before its next step. */
  wishToStop(): void {
    this.words[STOP_WISHED] = 1;
  }

  /** Forgets the wish, before steps that are to run. */
  clear(): void {
    this.words[STOP_WISHED] = 0;
  }

  /** Rank 0, before a step: the share of the run that is over. The run ends when nothing is left of it. */
  publish(progress: number): void {
    this.words[STOP] = this.words[STOP_WISHED] !== 0 || progress >= 1 ? 1 : 0;
    this.words[PROGRESS] = progress;
  }

  /** Every worker, behind the barrier that follows. */
  read(): { stop: boolean; progress: number } {
    return { stop: this.words[STOP] !== 0, progress: this.words[PROGRESS] };
  }
}
