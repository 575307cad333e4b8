// How a team agrees on its next step, and all ranks with it.

import type { Ranks } from '../parallel/team.js';

/** Why steps ended: the last one was done, someone asked for a pause, the run is over, or it was interrupted. */
export type Ending = 'done' | 'paused' | 'over' | 'interrupted';
const endings: readonly Ending[] = ['done', 'paused', 'over', 'interrupted'];
const [DONE, PAUSED, OVER, INTERRUPTED] = [0, 1, 2, 3];
const ON = -1;

/** What a team does next. */
export interface Decision {
  /** Undefined if it runs another step. */
  readonly ending: Ending | undefined;
  /** Fraction of the run that is done, for the schedule. */
  readonly progress: number;
}

/** Memory that the main thread and the workers share. */
export interface ControlWords {
  /** One word: what the main thread asks for. */
  readonly request: Int32Array;
  /** What was decided: how it ends, and the progress. */
  readonly decision: Float64Array;
}

export const controlWords = (): ControlWords => ({
  request: new Int32Array(new SharedArrayBuffer(4)),
  decision: new Float64Array(new SharedArrayBuffer(16)),
});

/**
 * The main thread asks for an end; the first worker asks all ranks, and publishes what they decide; after a barrier every
 * worker reads the same. The first rank alone knows how much is done and when a step is due; any rank may be interrupted.
 */
export class Control {
  constructor(private readonly words: ControlWords) {}

  /** Asks for a pause before the next step. */
  pause(): void {
    Atomics.compareExchange(this.words.request, 0, DONE, PAUSED);
  }

  /** Asks for the end of the run before the next step. */
  interrupt(): void {
    Atomics.store(this.words.request, 0, INTERRUPTED);
  }

  /**
   * Called by the first worker before a step.
   * @param isDone whether the last step that was asked for is done
   * @param progress fraction of the run that is done; the run is over at 1
   */
  publish(ranks: Ranks, isDone: boolean, progress: number): void {
    const { request, decision } = this.words;
    const asked = Atomics.load(request, 0);
    const next = isDone ? DONE : ON;
    const own = asked === INTERRUPTED ? asked : progress >= 1 ? OVER : asked === PAUSED ? asked : next;
    const all = ranks.gather([own, progress]);
    const [[first, common]] = all;
    const isInterrupted = all.some(([ending]) => ending === INTERRUPTED);
    decision[0] = isInterrupted ? INTERRUPTED : first;
    decision[1] = common;
    if (decision[0] === PAUSED) Atomics.compareExchange(request, 0, PAUSED, DONE);
  }

  /** Called by every worker after the barrier that follows `publish`. */
  read(): Decision {
    const [ending, progress] = this.words.decision;
    return { ending: ending === ON ? undefined : endings[ending], progress };
  }
}
