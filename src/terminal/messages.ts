import { terminalText } from './terminal-text.js';

// Short messages to people, on standard error.

/** One line. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** What went wrong: the message of a CharrnnError, which is one line. */
export function sayError(message: string): void {
  say(`charrnn: ${message}`);
}

/** An error that is nobody's fault but ours. */
export function sayBug(error: unknown): void {
  say(terminalText(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  sayError('this is a bug in charrnn; please report it with the lines above');
}
