import type { OptionTable, ValuesOf } from '../src/options/option.js';

/** The default value of every option in a table. */
export function defaultsOf<T extends OptionTable>(table: T): ValuesOf<T> {
  return Object.fromEntries(Object.entries(table).map(([name, option]) => [name, option.default])) as ValuesOf<T>;
}
