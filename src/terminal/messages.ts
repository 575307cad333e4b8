// Short messages to the user, on standard error.

import { visible } from '../format.js';

/** Writes one line. */
export function say(message: string): void {
  process.stderr.write(`${message}\n`);
}

/** Writes the one-line message of a CharrnnError. */
export function sayError(message: string): void {
  say(`charrnn: ${message}`);
}

/** Writes an error that is a bug in charrnn. */
export function sayBug(error: unknown): void {
  say(terminalText(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  sayError('this is a bug in charrnn; please report it with the lines above');
}

/**
 * Returns generated or quoted text as a terminal may show it: line ends and tabs as they are, and all other characters
 * that control a terminal as `\u{1b}`. A lone carriage return could overwrite the line; one before a line feed cannot.
 */
export function terminalText(text: string): string {
  const parts = text.split(/(\r\n|\n|\t)/);
  return parts.map((part, i) => (i % 2 === 0 ? visible(part) : part)).join('');
}

/** Whether a text ends with a carriage return that a line feed may follow. Two in a row are not part of a line end. */
export const endsInsideLineEnd = (text: string): boolean => text.endsWith('\r') && !text.endsWith('\r\r');
