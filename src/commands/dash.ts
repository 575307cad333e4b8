// A lone dash stands for standard input or output, and for itself in a text. yargs takes it for the beginning of an
// option that has no name and loses it, so that it is hidden from yargs behind a character no argument can hold.

const HIDDEN = '\0-';

/** The arguments with every lone dash hidden. */
export const hideDashes = (args: readonly string[]): string[] => args.map((arg) => (arg === '-' ? HIDDEN : arg));

/** What yargs made of the arguments, with the dashes again. */
export function showDashes<T extends object>(parsed: T): T {
  const show = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(show);
    return value === HIDDEN ? '-' : value;
  };
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, show(value)])) as T;
}
