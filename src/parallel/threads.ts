// How threads are started and hear from each other. In a browser, `browser-threads.ts` takes the place of this file.

import { parentPort, Worker, workerData } from 'node:worker_threads';

/** A thread, as seen by the one that started it. Messages are structured clones; shared memory stays shared. */
export interface Thread {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

/** What becomes of a thread. */
export interface ThreadEvents {
  readonly onMessage: (message: unknown) => void;
  readonly onError: (error: Error) => void;
  readonly onExit: () => void;
}

/** The thread itself, as its program sees it. */
export interface OwnThread {
  answer(message: unknown): void;
  /** Ends the thread once it has nothing more to do. */
  end(): void;
}

/** Starts a thread. @param start what its program begins with */
export function startThread(program: URL, start: unknown, { onMessage, onError, onExit }: ThreadEvents): Thread {
  const worker = new Worker(program, { workerData: start });
  return worker.on('message', onMessage).on('error', onError).on('exit', onExit);
}

/** Makes this module the program of a thread. @param begin takes what it was started with, and returns the listener */
export function runThread(begin: (start: unknown, own: OwnThread) => (message: unknown) => void): void {
  const own = {
    answer: (message: unknown) => parentPort?.postMessage(message),
    end: () => parentPort?.close(),
  };
  parentPort?.on('message', begin(workerData, own));
}
