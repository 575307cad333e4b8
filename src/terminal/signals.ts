import { type ExitCode, signalCodes } from '../exit-codes.js';
import { formatCount, visible } from '../format.js';

export type Interruption = keyof typeof signalCodes;
const signals = Object.keys(signalCodes) as Interruption[];

export const exitCodeOf = (signal: Interruption): ExitCode => signalCodes[signal];

/**
 * The first interruption calls `first`, the second ends the program at once.
 * @returns a function that takes the handlers back
 */
export function onInterrupt(first: (signal: Interruption) => void): () => void {
  let isSecond = false;
  const handle = (signal: NodeJS.Signals): void => {
    const interruption = signal as Interruption;
    if (isSecond) leave(interruption);
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
 * What to say after a run that was interrupted.
 * @param next the command that goes on with it, and whether it wants the same text on standard input
 */
export function interrupted(step: number, next?: { readonly command: string; readonly wantsText: boolean }): string {
  if (step === 0) return 'interrupted before the first step; nothing was saved';
  const saved = `all ${formatCount(step)} steps are saved`;
  if (next === undefined) return saved;
  return `${saved}; go on with${next.wantsText ? ' the same text on standard input' : ''}: ${visible(next.command)}`;
}

/** Ends the program at once. */
export function leave(signal: Interruption): never {
  // A terminal is left at the beginning of a line. The cursor is shown again by ora's own handler of exits.
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.exit(signalCodes[signal]);
}
