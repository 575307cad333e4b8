import { visible } from './format.js';

/** An option in a message, by its key: `clipNorm`. The command line spells it `--clip-norm`. */
export interface OptionPart {
  readonly option: string;
}

/** One line for people: text, and the options that it names. Plain data, so that it passes from thread to thread. */
export type Message = string | readonly (string | OptionPart)[];

/** An option to name in a message. */
export const option = (key: string): OptionPart => ({ option: key });

/** A message from a template: line`${option('batch')} 50 is too large`. */
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

/** A message as text. @param spell how options are called: by their keys unless the command line says otherwise */
export function textOf(message: Message, spell: (key: string) => string = (key) => key): string {
  if (typeof message === 'string') return message;
  return message.map((part) => (typeof part === 'string' ? part : spell(part.option))).join('');
}

/**
 * The one error that a user may meet. Its message is one line: subject, fault, the actual numbers, what to do. It may
 * quote names and texts as they are: what could break the line or change the terminal is made visible here.
 * Anything else that is thrown is a bug in charrnn and is shown with its stack.
 */
export class CharrnnError extends Error {
  readonly #line: Message;

  /** @param exitCode 1 when the work failed, 2 when the request was wrong */
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
