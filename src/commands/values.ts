import { CharrnnError, line, type Message, option as named } from '../errors.js';
import { nearest } from '../format.js';
import {
  checkValue,
  type Given,
  type NumberOption,
  type Option,
  type OptionTable,
  rangeText,
  type ValuesOf,
} from '../options/option.js';
import type { Typed } from './command.js';
import { shortened } from './spelling.js';

/** A decimal number; `Number` alone would also accept '', ' 7 ', 0x1f and Infinity. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Minutes with an optional unit: `5m`, `0.5min`. */
const MINUTES = /^([-+.\deE]+) ?(m|min|minutes?)$/;

/**
 * Returns the values of the options of a table that were typed.
 * @throws CharrnnError (exit code 2) when a value is not a number or not allowed
 */
export function givenOf<T extends OptionTable>(table: T, typed: Typed): Given<ValuesOf<T>> {
  const own = Object.entries(table).filter(([key]) => key in typed);
  const values = own.map(([key, option]) => [key, readValue(named(key), option, typed[key])]);
  return Object.fromEntries(values);
}

/** Like `givenOf`, with the defaults of all other options. */
export function valuesOf<T extends OptionTable>(table: T, typed: Typed): ValuesOf<T> {
  const defaults = Object.entries(table).map(([key, option]) => [key, option.default]);
  return { ...Object.fromEntries(defaults), ...givenOf(table, typed) };
}

export type Value = string | number | boolean | readonly string[];

/**
 * Parses a typed value; true for a flag.
 * @param subject name of the option in messages
 * @throws CharrnnError (exit code 2)
 */
export function readValue(subject: Message | ReturnType<typeof named>, option: Option, typed: Typed[string]): Value {
  if (option.type === 'texts') return [typed].flat().map(String);
  if (option.type === 'flag') return true;
  const text = String(typed);
  const shown = line`${subject} ${quoted(text)}`;
  const value = option.type === 'number' ? numberIn(shown, option, text) : text;
  if (option.type === 'choice') checkChoice(shown, option.choices, text);
  checkValue(shown, option, value);
  return value;
}

/** @throws CharrnnError (exit code 2) that suggests the nearest choice */
export function checkChoice(subject: Message, choices: readonly string[], text: string): void {
  if (choices.includes(text)) return;
  const meant = nearest(text, choices);
  const remedy = meant ? `; did you mean ${meant}?` : '';
  throw new CharrnnError(line`${subject}: must be one of ${choices.join(', ')}${remedy}`, 2);
}

function numberIn(subject: Message, option: NumberOption, text: string): number {
  const number = option.unit === 'minutes' ? (MINUTES.exec(text)?.[1] ?? text) : text;
  if (DECIMAL.test(number)) return Number(number);
  throw new CharrnnError(line`${subject}: not a number; must be ${rangeText(option)}`, 2);
}

/** For each option, the options that it excludes. */
export type Conflicts = Readonly<Record<string, readonly string[]>>;

/** @throws CharrnnError (exit code 2) when two options that exclude each other are typed */
export function refuseConflicts(conflicts: Conflicts, typed: Typed): void {
  for (const [key, others] of Object.entries(conflicts)) {
    const other = key in typed ? others.find((other) => other in typed) : undefined;
    if (other === undefined) continue;
    throw new CharrnnError(line`${named(other)}: cannot be combined with ${named(key)}; leave one of them out`, 2);
  }
}

const quoted = (text: string): string =>
  shortened(text.trim() === '' || text !== text.trim() ? JSON.stringify(text) : text);
