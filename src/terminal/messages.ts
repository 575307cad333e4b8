import { visible } from './format.js';

// Short messages to people, on standard error.

/** One line. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** What went wrong, on one line. */
export function sayError(message: string): void {
  say(`charrnn: ${visible(message)}`);
}

/** An error that is nobody's fault but ours. */
export function sayBug(error: unknown): void {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  sayError('this is a bug in charrnn; please report it with the lines above');
}
