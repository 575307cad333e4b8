import { visible } from './format.js';

/** An option in a message, identified by its key: `clipNorm`. The command line spells it `--clip-norm`. */
export interface OptionPart {
  readonly option: string;
}

/** A one-line message for the user: text and the options it names. Plain data, so it can pass between threads. */
export type Message = string | readonly (string | OptionPart)[];

/** Names an option in a message. */
export const option = (key: string): OptionPart => ({ option: key });

/** Builds a message from a template: line`${option('batch')} 50 is too large`. */
export function line(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | OptionPart | Message)[]
): Message {
  return strings.flatMap((text, i) => {
    const value = values[i - 1];
    if (i === 0) return [text];
    return typeof value === 'object' ? [value, text].flat() : [String(value), text];
  });
}

/** Returns a message as text. @param spell turns an option's key into its name; by default the key is the name */
export function textOf(message: Message, spell: (key: string) => string = (key) => key): string {
  if (typeof message === 'string') return message;
  return message.map((part) => (typeof part === 'string' ? part : spell(part.option))).join('');
}

/**
 * The only error that users should see. Its message is one line: the subject, the fault, the actual numbers, the
 * remedy. It may quote names and texts verbatim: characters that could break the line or control the terminal are
 * escaped here. Any other error is a bug in charrnn and is shown with its stack.
 */
export class CharrnnError extends Error {
  readonly #line: Message;

  /** @param exitCode 1 if the work failed, 2 if the request was wrong */
  constructor(
    message: Message,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(visible(textOf(message)));
    this.name = 'CharrnnError';
    this.#line = message;
  }

  /** The message, with its options still as keys. */
  get line(): Message {
    return this.#line;
  }
}

/** An error that every rank of a run has at the same place, so that all can end in order and only the first one tells it. */
export class CommonError extends CharrnnError {}

/** Signals that end a run, and the exit codes that shells expect: 128 + the signal number. */
export const signalCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Exit codes of the program: 0 success, 1 failure, 2 usage error, or that of a signal. */
export type ExitCode = 0 | 1 | 2 | (typeof signalCodes)[keyof typeof signalCodes];

/** The last line of the help of the program and of every command. */
export const exitCodesLine =
  'Exit codes: 0 success, 1 failure, 2 usage error, 129, 130 or 143 interrupted by SIGHUP, SIGINT or SIGTERM.';
