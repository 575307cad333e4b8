/** Indices of the control words. */
const STOP_REQUESTED = 0;
const STOP = 1;
const PROGRESS = 2;
export const CONTROL_WORDS = 3;

/**
 * Shared words through which a team agrees on the next step: the main thread requests a stop, rank 0 publishes the
 * decision, and after a barrier every worker reads the same decision.
 */
export class Control {
  constructor(private readonly words: Float64Array) {}

  /** Asks the team to stop before its next step. */
  requestStop(): void {
    this.words[STOP_REQUESTED] = 1;
  }

  /** Clears the stop request before new steps run. */
  clear(): void {
    this.words[STOP_REQUESTED] = 0;
  }

  /** Called by rank 0 before a step. @param progress fraction of the run that is done; the run ends at 1 */
  publish(progress: number): void {
    this.words[STOP] = this.words[STOP_REQUESTED] !== 0 || progress >= 1 ? 1 : 0;
    this.words[PROGRESS] = progress;
  }

  /** Called by every worker after the barrier that follows `publish`. */
  read(): { stop: boolean; progress: number } {
    return { stop: this.words[STOP] !== 0, progress: this.words[PROGRESS] };
  }
}
