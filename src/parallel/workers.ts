// The main thread's side of parallel work: a group of workers that run the same program.

import { CharrnnError } from '../errors.js';
import { kernelModule } from '../kernels/host.js';
import type { RanksStart } from './ranks.js';
import { BARRIER_WORDS, Barrier } from './team.js';
import { startThread, type Thread } from './threads.js';
import type { Answer, Call, Failure, Procedures, Start } from './worker-program.js';

type ArgumentOf<P extends Procedures, K extends keyof P> = Parameters<P[K]>[0];
type ResultOf<P extends Procedures, K extends keyof P> = ReturnType<P[K]>;
type ReportOf<P extends Procedures, K extends keyof P> = Parameters<P[K]>[1] extends (value: infer R) => void
  ? R
  : never;

/** Milliseconds that workers have to end. */
const PATIENCE = 500;

/** Workers that have not started yet. */
const starting = new Set<Promise<void>>();

/**
 * Resolves once no worker is starting. The process must not exit before: a worker that is ended while it loads a native
 * library aborts the process.
 */
export async function started(): Promise<void> {
  await Promise.all(starting);
}

/** A call that has not been answered yet. */
interface Pending {
  readonly onReport: (value: never) => void;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Workers that offer procedures P, which are called with structured clones; shared memory stays shared. An error in a
 * worker, or the end of its thread, fails all pending and later calls with that first error.
 */
export class Workers<P extends Procedures> {
  /** Resolves once every worker is ready; rejects if one cannot start. Waiting for it is optional. */
  readonly ready: Promise<void>;
  private readonly workers: readonly Thread[];
  private readonly ends: Promise<void>[] = [];
  private readonly barrier: Barrier;
  private readonly pending = new Map<number, Pending>();
  /** Idle workers, and calls that are waiting for one. */
  private readonly idle: number[];
  private readonly waiting: ((rank: number) => void)[] = [];
  private failure: Error | undefined;
  private calls = 0;

  /**
   * @param program the module that calls `serve`
   * @param data the start data of all workers, or a function that returns it for each rank
   * @param ranks the processes that run the same program together with this one
   */
  constructor(program: URL, size: number, data: unknown | ((rank: number) => unknown), ranks?: RanksStart) {
    kernelModule(); // compiled here, for all of them
    const words = new Int32Array(new SharedArrayBuffer(4 * BARRIER_WORDS));
    this.barrier = new Barrier(words, size);
    let [left, begun, refused] = [size, (): void => {}, (_: Error): void => {}];
    this.ready = new Promise((resolve, reject) => {
      [begun, refused] = [resolve, reject];
    });
    this.ready.catch(() => {});
    this.workers = Array.from({ length: size }, (_, rank) => {
      const own = typeof data === 'function' ? data(rank) : data;
      let [isHeard, isOver] = [(): void => {}, (): void => {}];
      const isStarted = new Promise<void>((resolve) => {
        isHeard = resolve;
      }).then(() => {
        starting.delete(isStarted);
      });
      starting.add(isStarted);
      this.ends.push(
        new Promise((resolve) => {
          isOver = resolve;
        }),
      );
      const fail = (error: Error): void => {
        refused(error);
        this.fail(error);
      };
      return startThread(program, { rank, size, barrier: words, ranks, data: own } satisfies Start, {
        onMessage: (message) => {
          isHeard();
          const answer = message as Answer;
          if (answer.type === 'failure') fail(errorOf(answer.failure));
          else if (answer.type !== 'ready') this.onAnswer(answer);
          else if (--left === 0) begun();
        },
        onError: fail,
        onExit: () => {
          isHeard();
          isOver();
          fail(new Error(`worker ${rank} ended`));
        },
      });
    });
    this.idle = this.workers.map((_, rank) => rank);
  }

  get size(): number {
    return this.workers.length;
  }

  /** Runs a procedure on all workers together. @returns the first worker's result, once all have finished */
  async all<K extends keyof P & string>(
    procedure: K,
    argument: ArgumentOf<P, K>,
    onReport: (value: ReportOf<P, K>) => void = () => {},
  ): Promise<ResultOf<P, K>> {
    const [first] = await Promise.all(this.workers.map((_, rank) => this.one(rank, procedure, argument, onReport)));
    return first;
  }

  /** Runs a procedure on one worker, after its earlier calls. */
  one<K extends keyof P & string>(
    rank: number,
    procedure: K,
    argument: ArgumentOf<P, K>,
    onReport: (value: ReportOf<P, K>) => void = () => {},
  ): Promise<ResultOf<P, K>> {
    if (this.failure) return Promise.reject(this.failure);
    const id = this.calls++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { onReport, resolve, reject });
      this.workers[rank].postMessage({ id, procedure, argument } satisfies Call);
    });
  }

  /** Runs a procedure on the next idle worker. */
  async any<K extends keyof P & string>(procedure: K, argument: ArgumentOf<P, K>): Promise<ResultOf<P, K>> {
    const rank = this.idle.pop() ?? (await new Promise<number>((resolve) => this.waiting.push(resolve)));
    try {
      return await this.one(rank, procedure, argument);
    } finally {
      const next = this.waiting.shift();
      if (next) next(rank);
      else this.idle.push(rank);
    }
  }

  /**
   * Ends the workers, each after its current call or when it comes to a barrier, or where it is if that takes long. Pending
   * and later calls fail.
   */
  async close(): Promise<void> {
    this.barrier.break();
    for (const worker of this.workers) worker.postMessage(null);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, PATIENCE);
    });
    await Promise.race([Promise.all(this.ends), Promise.all([patience, started()])]);
    clearTimeout(timer);
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private onAnswer({ id, type, value }: Extract<Answer, { id: number }>): void {
    const call = this.pending.get(id);
    if (type === 'report') {
      try {
        call?.onReport(value as never);
      } catch (error) {
        // An error in the listener ends its call but does not fail the worker.
        this.pending.delete(id);
        call?.reject(error as Error);
      }
      return;
    }
    this.pending.delete(id);
    call?.resolve(value as never);
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.pending.values()) reject(this.failure);
    this.pending.clear();
  }
}

/** Recreates an error that was thrown in a worker. */
function errorOf({ name, message, stack, line, exitCode }: Failure): Error {
  if (exitCode !== undefined) return new CharrnnError(line ?? message, exitCode);
  return Object.assign(new Error(message), { name, ...(stack !== undefined && { stack }) });
}

/**
 * Yields the result of `work` for each item, in the order of the items, as soon as it and all earlier ones are done. At
 * most `room` items are in progress or waiting for an earlier one.
 */
export async function* inOrder<T, R>(
  items: AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  room: number,
): AsyncGenerator<R> {
  const iterator = items[Symbol.asyncIterator]();
  const waiting: Promise<R>[] = [];
  let incoming: Promise<IteratorResult<T>> | undefined = iterator.next();
  try {
    while (incoming || waiting.length > 0) {
      const [first] = waiting;
      const hasRoom = waiting.length < room;
      const came: 'item' | 'result' = await Promise.race([
        ...(incoming && hasRoom ? [incoming.then(() => 'item' as const)] : []),
        ...(first ? [first.then(() => 'result' as const)] : []),
      ]);
      if (came === 'result') {
        waiting.shift();
        yield first;
        continue;
      }
      const next: IteratorResult<T> | undefined = await incoming;
      incoming = next?.done ? undefined : iterator.next();
      incoming?.catch(() => {}); // awaited above, later
      if (next?.done !== false) continue;
      const result = work(next.value);
      result.catch(() => {});
      waiting.push(result);
    }
  } finally {
    incoming?.catch(() => {});
    iterator.return?.().catch(() => {});
  }
}
