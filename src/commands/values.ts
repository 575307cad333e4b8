import { CharrnnError } from '../errors.js';
import type { NumberOption, Option, OptionTable, ValuesOf } from '../options/option.js';
import type { Parsed } from './command.js';
import { rangeText } from './help.js';
import { nearest } from './spelling.js';

/** Members of what yargs returns that are no options. */
const NOT_OPTIONS = ['_', '$0', 'help', 'version'];

/** A decimal number as people type it; `Number` alone would also take '', ' 7 ', 0x1f and Infinity. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * The values of the options of a table: as typed, or their defaults.
 * @throws CharrnnError usage, when a value is repeated, no number, or not allowed
 */
export function valuesOf<T extends OptionTable>(table: T, parsed: Parsed): ValuesOf<T> {
  const entries = Object.entries(table).map(([name, option]) => [
    name,
    name in parsed ? readValue(`--${name}`, option, parsed[name]) : option.default,
  ]);
  return Object.fromEntries(entries);
}

/** The names of the options of a table that were typed. */
export function givenOptions(table: OptionTable, parsed: Parsed): ReadonlySet<string> {
  return new Set(Object.keys(table).filter((name) => name in parsed));
}

/**
 * Refuses what a command does not know.
 * @param positionals names of the arguments that the command takes without an option
 * @throws CharrnnError usage, with the nearest option that there is
 */
export function refuseUnknown(table: OptionTable, positionals: readonly string[], parsed: Parsed): void {
  const options = Object.keys(table);
  const known = [...options, ...positionals, ...NOT_OPTIONS];
  const unknown = Object.keys(parsed).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, options) ?? nearest(unknown.replace(/^no-/, ''), options);
    throw usage(`${dashed(unknown)}: unknown option${meant ? `; did you mean --${meant}?` : ''}`);
  }
  const { _: words } = parsed;
  // The first word is the command itself.
  if (Array.isArray(words) && words.length > 1) throw usage(`${words[1]}: one argument too many`);
}

export type Value = string | number | boolean | readonly string[];

/**
 * The value in what was typed, or true for a flag.
 * @param label what the option is called in messages
 * @throws CharrnnError usage
 */
export function readValue(label: string, option: Option, typed: unknown): Value {
  if (option.type === 'texts') return [typed].flat().map(String);
  if (Array.isArray(typed)) throw usage(`${label}: given ${typed.length} times; once is enough`);
  if (option.type === 'flag') return true;
  const text = String(typed);
  if (option.type === 'number') return numberOf(label, option, text);
  return option.type === 'choice' ? choiceOf(label, option.choices, text) : text;
}

/** One of some words. @throws CharrnnError usage, with the nearest of them */
export function choiceOf(label: string, choices: readonly string[], text: string): string {
  if (choices.includes(text)) return text;
  const meant = nearest(text, choices);
  const remedy = meant ? `; did you mean ${meant}?` : '';
  throw usage(`${label} ${quoted(text)}: must be one of ${choices.join(', ')}${remedy}`);
}

function numberOf(label: string, option: NumberOption, text: string): number {
  const subject = `${label} ${quoted(text)}`;
  if (!DECIMAL.test(text)) throw usage(`${subject}: not a number; must be ${rangeText(option)}`);
  const value = Number(text);
  if (value < option.from || value > option.to) throw usage(`${subject}: must be ${rangeText(option)}`);
  if (option.integer && !Number.isInteger(value)) throw usage(`${subject}: must be a whole number`);
  return value;
}

const usage = (message: string): CharrnnError => new CharrnnError(message, 2);
const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
const quoted = (text: string): string => (text.trim() === '' || text !== text.trim() ? JSON.stringify(text) : text);

/** An option, and others that mean nothing beside it. */
export type Conflicts = Readonly<Record<string, readonly string[]>>;

/** @throws CharrnnError usage, when two options are given that do not go together */
export function refuseConflicts(conflicts: Conflicts, given: ReadonlySet<string>): void {
  for (const [name, others] of Object.entries(conflicts)) {
    const other = given.has(name) ? others.find((other) => given.has(other)) : undefined;
    if (other !== undefined) {
      throw new CharrnnError(`--${other}: does not go with --${name}; leave one of them out`, 2);
    }
  }
}
