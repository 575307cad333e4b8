import { basename, relative } from 'node:path';
import { shellQuoted } from '../commands/spelling.js';
import type { ExitCode } from '../errors.js';
import { formatCount, visible } from '../format.js';

/** Signals that end a run, and the exit codes that shells expect: 128 + the signal's number. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const satisfies Partial<
  Record<NodeJS.Signals, ExitCode>
>;
export type Interruption = keyof typeof exitCodes;
const signals = Object.keys(exitCodes) as Interruption[];

export const exitCodeOf = (signal: Interruption): ExitCode => exitCodes[signal];

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
 * What to say behind a run that was interrupted.
 * @param next the words that go on with it, and whether they want the same text on standard input
 */
export function interrupted(
  step: number,
  next?: { readonly words: readonly string[]; readonly wantsText: boolean },
): string {
  if (step === 0) return 'interrupted before the first step; nothing was saved';
  const saved = `all ${formatCount(step)} steps are saved`;
  if (next === undefined) return saved;
  const command = [...programWords(), ...next.words].map(shellQuoted).join(' ');
  return `${saved}; go on with${next.wantsText ? ' the same text on standard input' : ''}: ${visible(command)}`;
}

/** What was typed to run this program: its name, or node and the path of its file. */
function programWords(): string[] {
  const [, file = ''] = process.argv;
  if (basename(file) === 'charrnn') return ['charrnn'];
  const near = relative('.', file);
  return ['node', near.startsWith('..') ? file : near];
}

/** Ends the program at once. */
export function leave(signal: Interruption): never {
  // A terminal is left at the beginning of a line. The cursor is shown again by ora's own handler of exits.
  if (process.stderr.isTTY) process.stderr.write('\n');
  process.exit(exitCodes[signal]);
}
