// The type of an option, and helpers to declare one. An option is identified by its key, `clipNorm`; code that reads or
// writes command lines and files decides how to spell it.

import { CharrnnError, line, type Message, option as named } from '../errors.js';

interface Common {
  readonly group: string;
  readonly description: string;
  readonly alias?: string;
  /** The config that holds the value, such as `model`, and its key there if that differs. */
  readonly config?: string;
  readonly as?: string;
}

export interface NumberOption extends Common {
  readonly type: 'number';
  readonly integer: boolean;
  /** Allowed range, inclusive. */
  readonly from: number;
  readonly to: number;
  /** Minutes may be given with their unit: `5m`. */
  readonly unit?: 'minutes';
  /** `undefined`: off, or chosen by the program. */
  readonly default: number | undefined;
  /** If no value is given, the command chooses one for the corpus and the time; only the library uses the default. */
  readonly chosen?: true;
}
export interface ChoiceOption extends Common {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default: string | undefined;
}
export interface TextOption extends Common {
  readonly type: 'text';
  /** The extension of the file that the text names, '' for any; absent if it names none. */
  readonly file?: string;
  readonly default: string | undefined;
}
/** A text that may be repeated. */
export interface TextsOption extends Common {
  readonly type: 'texts';
  /** As in `TextOption`. */
  readonly file?: string;
  readonly default: readonly string[];
}
export interface FlagOption extends Common {
  readonly type: 'flag';
  readonly default: boolean;
}
export type Option = NumberOption | ChoiceOption | TextOption | TextsOption | FlagOption;
export type OptionTable = Readonly<Record<string, Option>>;

type Defined<O extends Option, T> = O extends { readonly default: undefined } ? T | undefined : T;
type ValueOf<O extends Option> = O extends NumberOption
  ? Defined<O, number>
  : O extends ChoiceOption
    ? Defined<O, O['choices'][number]>
    : O extends TextOption
      ? Defined<O, string>
      : O extends TextsOption
        ? readonly string[]
        : boolean;

/** The values of a table of options. */
export type ValuesOf<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

/** The values of a table's options that belong to config C. */
export type ConfigOf<T extends OptionTable, C extends string> = {
  readonly [K in keyof T as T[K] extends { readonly config: C }
    ? T[K] extends { readonly as: infer A extends string }
      ? A
      : K
    : never]: ValueOf<T[K]>;
};

/** Some of the values; the others are chosen or have their defaults. */
export type Given<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** An option's key in kebab case, as in command lines, files and documents: `clip-norm`. */
export const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Rejects a value that an option does not accept.
 * @param subject the name of the value in the message
 * @throws CharrnnError (exit code 2) that says what is allowed
 */
export function checkValue(subject: Message, option: Option, value: unknown): void {
  const refuse = (needed: string): never => {
    throw new CharrnnError(line`${subject}: must be ${needed}`, 2);
  };
  switch (option.type) {
    case 'number': {
      const { from, to, integer } = option;
      if (typeof value !== 'number' || !(value >= from && value <= to)) refuse(rangeText(option));
      if (integer && !Number.isInteger(value)) refuse('a whole number');
      return;
    }
    case 'choice':
      if (!option.choices.some((choice) => choice === value)) refuse(`one of ${option.choices.join(', ')}`);
      return;
    case 'flag':
      if (typeof value !== 'boolean') refuse('true or false');
      return;
    default:
      if (![value].flat().every((text) => typeof text === 'string')) refuse('text');
  }
}

/**
 * Checks the members of a request that are options of a table: a program without types can pass anything.
 * @throws CharrnnError usage
 */
export function checkMembers(table: OptionTable, request: object): void {
  for (const [key, value] of Object.entries(request)) {
    if (value === undefined || !Object.hasOwn(table, key)) continue;
    checkValue(line`${named(key)} ${String(value)}`, table[key], value);
  }
}

/** The range of a number in words. */
export const rangeText = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  isBounded(to) ? `from ${from} to ${to}` : `at least ${from}`;

/** Whether a range has an upper end that can be reached in practice. */
export const isBounded = (to: number): boolean => to < Number.MAX_SAFE_INTEGER;

/** The defaults of a table. */
export const defaultsOf = <T extends OptionTable>(table: T): ValuesOf<T> =>
  Object.fromEntries(Object.entries(table).map(([key, option]) => [key, option.default])) as ValuesOf<T>;

/** Assigns the options of a table to config C. */
export function configured<C extends string, const T extends OptionTable>(
  config: C,
  table: T,
): { readonly [K in keyof T]: T[K] & { readonly config: C } } {
  return Object.fromEntries(Object.entries(table).map(([key, option]) => [key, { ...option, config }])) as never;
}

export const largest = Number.MAX_SAFE_INTEGER;

export const integer = <D extends number | undefined>(
  group: string,
  defaultValue: D,
  from: number,
  to: number,
  description: string,
  alias?: string,
) =>
  ({
    type: 'number',
    integer: true,
    group,
    default: defaultValue,
    from,
    to,
    description,
    ...(alias && { alias }),
  }) as const;

export const real = <D extends number | undefined>(
  group: string,
  defaultValue: D,
  from: number,
  to: number,
  description: string,
  alias?: string,
) =>
  ({
    type: 'number',
    integer: false,
    group,
    default: defaultValue,
    from,
    to,
    description,
    ...(alias && { alias }),
  }) as const;

export const choice = <C extends readonly string[], D extends C[number] | undefined>(
  group: string,
  choices: C,
  defaultValue: D,
  description: string,
  alias?: string,
) => ({ type: 'choice', group, choices, default: defaultValue, description, ...(alias && { alias }) }) as const;

export const text = <D extends string | undefined>(
  group: string,
  defaultValue: D,
  description: string,
  alias?: string,
) => ({ type: 'text', group, default: defaultValue, description, ...(alias && { alias }) }) as const;

/** A file, off by default. @param extension of such files, '' for any */
export const file = (group: string, extension: string, description: string, alias?: string) =>
  ({
    type: 'text',
    file: extension,
    group,
    default: undefined,
    description,
    ...(alias && { alias }),
  }) as const;

/** A text that may be repeated. @param extension of the files that it names, if any */
export const texts = (group: string, description: string, extension?: string) =>
  ({ type: 'texts', group, default: [], description, ...(extension !== undefined && { file: extension }) }) as const;

export const flag = (group: string, description: string, alias?: string) =>
  ({ type: 'flag', group, default: false, description, ...(alias && { alias }) }) as const;

export const seed = <D extends number | undefined>(defaultValue: D, description: string) =>
  integer('Randomness:', defaultValue, 0, 2 ** 32 - 1, description);

/** Marks an option whose value the command chooses if none is given. */
export const chosen = <O extends NumberOption>(option: O) => ({ ...option, chosen: true }) as const;
