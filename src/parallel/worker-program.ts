// A worker's side of parallel work: its program answers the calls of the main thread, one after the other.

import { parentPort, workerData } from 'node:worker_threads';
import { CharrnnError, type Message } from '../errors.js';
import { Barrier, BrokenBarrier } from './barrier.js';
import type { Team } from './team.js';

/** What a program offers by name. A procedure takes one argument, and may report while it runs. */
export type Procedures = Readonly<Record<string, (argument: never, report: never) => unknown>>;

/** What a worker is given at its start. The words of the barrier are shared by all workers of a group. */
export interface Start {
  readonly rank: number;
  readonly size: number;
  readonly barrier: Int32Array;
  readonly data: unknown;
}

/** From the main thread to a worker. */
export interface Call {
  readonly id: number;
  readonly procedure: string;
  readonly argument: unknown;
}

/** From a worker to the main thread. A failure without a call is one at the start. */
export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'report'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly failure: Failure };

/** An error on its way: a user's error with its line and exit code, or a bug with its stack. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly line: Message | undefined;
  readonly exitCode: 1 | 2 | undefined;
}

/**
 * Makes this thread a worker. Whatever it throws fails its whole group: those that wait at the barrier are let go, and
 * the main thread learns of the first error.
 * @param program makes the procedures from the data of the group and this worker's place in it
 */
export function serve<D>(program: (data: D, team: Team) => Procedures): void {
  const { rank, size, barrier: words, data } = workerData as Start;
  const barrier = new Barrier(words, size);
  const answer = (message: Answer): void => parentPort?.postMessage(message);
  const attempt = (work: () => Answer): void => {
    try {
      answer(work());
    } catch (error) {
      barrier.break();
      if (!(error instanceof BrokenBarrier)) answer({ type: 'failure', failure: failureOf(error) });
    }
  };
  let procedures: Procedures = {};
  attempt(() => {
    procedures = program(data as D, { rank, size, barrier: () => barrier.wait() });
    return { type: 'ready' };
  });
  parentPort?.on('message', ({ id, procedure, argument }: Call) => {
    attempt(() => {
      const report = (value: unknown): void => answer({ type: 'report', id, value });
      return { type: 'result', id, value: procedures[procedure](argument as never, report as never) };
    });
  });
}

function failureOf(error: unknown): Failure {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  const { line, exitCode } = error instanceof CharrnnError ? error : { line: undefined, exitCode: undefined };
  return { name, message, stack, line, exitCode };
}
