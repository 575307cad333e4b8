import { formatCount, visible } from '../format.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * The first interruption calls `first`, the second ends the program at once.
 * @returns a function that takes the handlers back
 */
export function onInterrupt(first: () => void): () => void {
  let isSecond = false;
  const handle = (): void => {
    if (isSecond) leave();
    isSecond = true;
    first();
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

/** What to say behind a run that was interrupted and saved. */
export function interrupted(step: number, path: string): string {
  const file = /^[\w./\\:@+-]+$/.test(path) ? path : `"${visible(path)}"`;
  if (step === 0) return 'interrupted before the first step; nothing was saved';
  return `all ${formatCount(step)} steps are saved; write text with: charrnn sample ${file}`;
}

function leave(): never {
  // A terminal is left at the beginning of a line. The cursor is shown again by ora's own handler of exits.
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.exit(130);
}
