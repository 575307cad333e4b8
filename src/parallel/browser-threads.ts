// The threads of a browser, in place of `threads.ts`. They share memory only if the page is isolated from others.

import { prepareKernels } from '../kernels/browser-host.js';
import type { OwnThread, Thread, ThreadEvents } from './threads.js';

/** What browsers call a thread; Node has no such type. */
declare class Worker {
  constructor(program: URL, options: { readonly type: 'module' });
  postMessage(message: unknown): void;
  terminate(): void;
  onmessage: (event: { readonly data: unknown }) => void;
  onerror: (event: { readonly message?: string }) => void;
}
declare const self: Pick<Worker, 'postMessage' | 'onmessage'> & { close(): void };

/** The last message of a thread. */
const ENDED = 'ended';

/**
 * Starts a thread.
 * @param _ there is only one program, which trains, in a file next to that of the library
 * @param start what its program begins with
 */
export function startThread(_: URL, start: unknown, { onMessage, onError, onExit }: ThreadEvents): Thread {
  // Bundlers look for this very expression.
  const worker = new Worker(new URL('./browser-thread.js', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }) => (data === ENDED ? onExit() : onMessage(data));
  worker.onerror = ({ message }) => onError(new Error(message ?? 'browser-thread.js cannot be loaded'));
  worker.postMessage(start);
  const terminate = (): void => {
    worker.terminate();
    onExit();
  };
  return { postMessage: (message) => worker.postMessage(message), terminate };
}

/** Makes this module the program of a thread. @param begin takes what it was started with, and returns the listener */
export function runThread(begin: (start: unknown, own: OwnThread) => (message: unknown) => void): void {
  const end = (): void => {
    self.postMessage(ENDED);
    self.close();
  };
  const own = { answer: (message: unknown) => self.postMessage(message), end };
  let listener: Promise<(message: unknown) => void> | undefined;
  self.onmessage = ({ data }) => {
    if (listener) void listener.then((hear) => hear(data));
    else listener = prepareKernels().then(() => begin(data, own));
  };
}
