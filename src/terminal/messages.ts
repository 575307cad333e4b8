// Short messages to people, on standard error.

import { visible } from '../format.js';

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

/**
 * Text that was generated or quoted, as a terminal may show it: line ends and tabs as they are, and everything else that
 * has power over a terminal as `\u{1b}`. A carriage return alone could write over what stands there; one in front of
 * a line feed cannot.
 */
export function terminalText(text: string): string {
  const parts = text.split(/(\r\n|\n|\t)/);
  return parts.map((part, i) => (i % 2 === 0 ? visible(part) : part)).join('');
}

/** Whether a text ends in a carriage return that a line feed may follow. More than one in a row are no line end. */
export const endsInsideLineEnd = (text: string): boolean => text.endsWith('\r') && !text.endsWith('\r\r');
