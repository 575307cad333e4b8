// What an option is, and short ways to declare one.

interface Common {
  readonly group: string;
  readonly description: string;
  readonly alias?: string;
}

export interface NumberOption extends Common {
  readonly type: 'number';
  readonly integer: boolean;
  /** Allowed range, both ends included. */
  readonly from: number;
  readonly to: number;
  /** `undefined`: off, or chosen by the program. */
  readonly default: number | undefined;
  /** The command chooses the value for the corpus and the time if none is given; the default is the library's. */
  readonly chosen?: true;
}
export interface ChoiceOption extends Common {
  readonly type: 'choice';
  readonly choices: readonly string[];
  readonly default: string | undefined;
}
export interface TextOption extends Common {
  readonly type: 'text';
  /** The extension of the file that it names, '' for any; not there when it names none. */
  readonly file?: string;
  readonly default: string | undefined;
}
/** A text that may be given several times. */
export interface TextsOption extends Common {
  readonly type: 'texts';
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

/** The values that a table of options describes. */
export type ValuesOf<T extends OptionTable> = { readonly [K in keyof T]: ValueOf<T[K]> };

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

/** None unless given. */
export const texts = (group: string, description: string, alias?: string) =>
  ({ type: 'texts', group, default: [] as readonly string[], description, ...(alias && { alias }) }) as const;

/** A file, off unless it is given. @param extension of such files, '' for any */
export const file = (group: string, extension: string, description: string, alias?: string) =>
  ({
    type: 'text',
    file: extension,
    group,
    default: undefined,
    description,
    ...(alias && { alias }),
  }) as const;

export const flag = (group: string, description: string, alias?: string) =>
  ({ type: 'flag', group, default: false, description, ...(alias && { alias }) }) as const;

export const seed = <D extends number | undefined>(defaultValue: D, description: string) =>
  integer('Randomness:', defaultValue, 0, 2 ** 32 - 1, description);

/** An option whose value the command chooses if none is given. */
export const chosen = <O extends NumberOption>(option: O) => ({ ...option, chosen: true }) as const;
