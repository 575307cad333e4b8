import { setTimeout as sleep } from 'node:timers/promises';
import { type ExitCode, signalCodes } from '../errors.js';
import { formatCount, visible } from '../format.js';
import { started } from '../parallel/workers.js';

export type Interruption = keyof typeof signalCodes;
const signals = Object.keys(signalCodes) as Interruption[];

export const exitCodeOf = (signal: Interruption): ExitCode => signalCodes[signal];

/**
 * Installs signal handlers: the first interruption calls `first`, the second ends the program at once.
 * @returns a function that removes the handlers
 */
export function onInterrupt(first: (signal: Interruption) => void): () => void {
  let isSecond = false;
  const handle = (signal: NodeJS.Signals): void => {
    const interruption = signal as Interruption;
    if (isSecond) {
      leave(interruption);
      return;
    }
    isSecond = true;
    first(interruption);
  };
  for (const signal of signals) process.on(signal, handle);
  return () => {
    for (const signal of signals) process.off(signal, handle);
  };
}

/** Ends the program at once at the first interruption. */
export function exitOnInterrupt(): void {
  onInterrupt(leave);
}

/**
 * Returns the message after an interrupted run.
 * @param next the command that continues it, and whether it needs the same text on standard input
 */
export function interrupted(step: number, next?: { readonly command: string; readonly wantsText: boolean }): string {
  if (step === 0) return 'interrupted before the first step; nothing was saved';
  const saved = `all ${formatCount(step)} steps are saved`;
  if (next === undefined) return saved;
  return `${saved}; continue with${next.wantsText ? ' the same text on standard input' : ''}: ${visible(next.command)}`;
}

/** Milliseconds that starting workers may hold up the end of the program. */
const PATIENCE = 2000;

/** Ends the program at once, or as soon as workers that are starting have started. */
export function leave(signal: Interruption): void {
  void Promise.race([started(), sleep(PATIENCE)]).then(() => {
    // Leave a terminal at the beginning of a line. The exit handler of ora shows the cursor again.
    if (process.stderr.isTTY) process.stderr.write('\n');
    process.exit(signalCodes[signal]);
  });
}
