// The worker's side of parallel work: its program answers the calls of the main thread, one at a time.

import { CharrnnError, type Message } from '../errors.js';
import { type RanksStart, ranksOf } from './ranks.js';
import { Barrier, BrokenBarrier, oneRank, type Team } from './team.js';
import { runThread } from './threads.js';

/** The procedures of a program by name. A procedure takes one argument and may report while it runs. */
export type Procedures = Readonly<Record<string, (argument: never, report: never) => unknown>>;

/** The start data of a worker. All workers of a group share the words of the barrier. */
export interface Start {
  readonly rank: number;
  readonly size: number;
  readonly barrier: Int32Array;
  /** The other processes, if there are any. */
  readonly ranks: RanksStart | undefined;
  readonly data: unknown;
}

/** A message from the main thread to a worker; the last one is null, which ends it. */
export interface Call {
  readonly id: number;
  readonly procedure: string;
  readonly argument: unknown;
}

/** A message from a worker to the main thread. A failure may also occur outside a call, at the start. */
export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'report'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly failure: Failure };

/** An error in transit: a user error with its line and exit code, or a bug with its stack. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly line: Message | undefined;
  readonly exitCode: 1 | 2 | undefined;
}

/**
 * Makes this thread a worker. Any error fails its whole group: threads waiting at the barrier are released, and the main
 * thread receives the first error.
 * @param program creates the procedures from the group's data and this worker's place in the group
 */
export function serve<D>(program: (data: D, team: Team) => Procedures): void {
  runThread((given, own) => {
    const { rank, size, barrier: words, ranks: start, data } = given as Start;
    const barrier = new Barrier(words, size);
    const attempt = (work: () => Answer): void => {
      try {
        own.answer(work());
      } catch (error) {
        barrier.break();
        if (!(error instanceof BrokenBarrier)) own.answer({ type: 'failure', failure: failureOf(error) });
      }
    };
    let procedures: Procedures = {};
    attempt(() => {
      const ranks = start ? ranksOf(start, { rank }) : oneRank;
      procedures = program(data as D, { rank, size, ranks, barrier: () => barrier.wait() });
      return { type: 'ready' };
    });
    return (message) => {
      const call = message as Call | null;
      if (call === null) {
        own.end();
        return;
      }
      attempt(() => {
        const { id, procedure, argument } = call;
        const report = (value: unknown): void => own.answer({ type: 'report', id, value } satisfies Answer);
        return { type: 'result', id, value: procedures[procedure](argument as never, report as never) };
      });
    };
  });
}

function failureOf(error: unknown): Failure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const { line, exitCode } = error instanceof CharrnnError ? error : { line: undefined, exitCode: undefined };
  return { name, message, stack, line, exitCode };
}
