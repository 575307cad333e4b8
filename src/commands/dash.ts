import type { OptionTable } from '../options.js';

// What yargs would take for an option although it is none: a lone dash, which stands for standard input or output, and
// for itself in a text; and every word behind `--`, such as the name of a file that begins with a dash. They are hidden
// from yargs behind a character that no argument can hold.

const MARK = '\0';

const hide = (arg: string): string => `${MARK}${arg}`;

/** The arguments with all that is no option hidden, and without `--`, unless that stands where a value may be meant. */
export function hideDashes(args: readonly string[]): string[] {
  const end = args.indexOf('--');
  const isEnd = end > 0 && !/^-[^=]*$/.test(args[end - 1]);
  const options = isEnd ? args.slice(0, end) : args;
  const words = isEnd ? args.slice(end + 1) : [];
  return [...options.map((arg) => (arg === '-' ? hide(arg) : arg)), ...words.map(hide)];
}

/** What yargs made of the arguments, with the dashes again. */
export function showDashes<T extends object>(parsed: T): T {
  const show = (value: unknown): unknown => {
    // An argument that may be repeated and was not typed is a list without a value to yargs.
    if (Array.isArray(value)) return value.filter((each) => each !== undefined).map(show);
    return typeof value === 'string' && value.startsWith(MARK) ? value.slice(MARK.length) : value;
  };
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, show(value)])) as T;
}

/** The arguments with each option whose short name is a digit, which yargs takes for a number, by its long name. */
export function withoutDigits(args: readonly string[], options: OptionTable): string[] {
  const named = (arg: string): string | undefined =>
    Object.entries(options).find(([name, { alias }]) => arg === `--${name}` || (alias && arg === `-${alias}`))?.[0];
  return args.map((arg, i) => {
    const before = named(args[i - 1] ?? '');
    const isValue = before !== undefined && options[before].type !== 'flag';
    const name = /^-\d$/.test(arg) && !isValue ? named(arg) : undefined;
    return name === undefined ? arg : `--${name}`;
  });
}
