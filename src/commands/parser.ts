// Parses the words of a command line into a command, its arguments and its options. Options follow Unix conventions:
// `--name value`, `--name=value`, `-n value`, `-n5`, `-n=5`, several letters after one dash, and `--` before words.

import { CharrnnError } from '../errors.js';
import { nearest } from '../format.js';
import { kebab, type Option, type OptionTable } from '../options/option.js';
import { allOptions, type Declaration, type Typed } from './command.js';
import { shortened, spelled, spellings } from './spelling.js';

/** A parsed command line. */
export interface CommandLine {
  readonly command: Declaration;
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly typed: Typed;
  /** Whether to show only the help of the command. */
  readonly wantsHelp: boolean;
}

/**
 * Parses a command line without checking the values of its options.
 * @param commands the commands that the first word may name
 * @throws CharrnnError (exit code 2)
 */
export function parse(args: readonly string[], commands: readonly Declaration[]): CommandLine {
  const [first = '', ...rest] = args;
  const command = commandCalled(first, commands);
  const table = allOptions(command);
  const known = new Map(Object.entries(table).flatMap((entry) => spellings(entry).map((own) => [own, entry])));
  const { words, options } = split(rest, known);
  if (options.some(({ spelling }) => spelling === '--help' || spelling === '-h')) {
    return { command, words: {}, typed: {}, wantsHelp: true };
  }
  const typed = byKeys(options, table, known);
  // Printing the options needs no arguments.
  return { command, words: byArguments(words, command, 'printConfig' in typed), typed, wantsHelp: false };
}

/** Returns the command with this name. @throws CharrnnError (exit code 2) that suggests the nearest command */
export function commandCalled(word: string, commands: readonly Declaration[]): Declaration {
  const found = commands.find(({ name }) => name === word);
  if (found) return found;
  const names = commands.map(({ name }) => name);
  if (word.startsWith('-')) throw usage(`${shortened(word)}: a command comes first: ${names.join(', ')}`);
  const meant = nearest(word, names);
  throw usage(`${shortened(word)}: unknown command${meant ? `; did you mean ${meant}?` : ''}`);
}

/** Options and their keys, by all their spellings. */
type Known = ReadonlyMap<string, readonly [key: string, option: Option]>;

/** An option as typed. */
interface TypedOption {
  /** `--name` or `-n`. */
  readonly spelling: string;
  readonly value: string | undefined;
}

/** Separates words and options. */
function split(args: readonly string[], known: Known): { words: readonly string[]; options: readonly TypedOption[] } {
  const words: string[] = [];
  const options: TypedOption[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === '--') return { words: words.concat(args.slice(i + 1)), options };
    if (arg === '-' || !arg.startsWith('-')) {
      words.push(arg);
      continue;
    }
    for (const option of optionsIn(arg, known)) {
      const isOpen = option.value === undefined && takesValue(option.spelling, known);
      options.push(isOpen && isValue(args[i + 1]) ? { ...option, value: args[++i] } : option);
    }
  }
  return { words, options };
}

/** Splits one word into options: `--name=value` is one option, `-qn5` is two. */
function optionsIn(arg: string, known: Known): TypedOption[] {
  if (arg.startsWith('--')) {
    const end = arg.indexOf('=', '--n'.length);
    return [end < 0 ? { spelling: arg, value: undefined } : { spelling: arg.slice(0, end), value: arg.slice(end + 1) }];
  }
  const options: TypedOption[] = [];
  const letters = [...arg.slice(1)];
  for (const [i, letter] of letters.entries()) {
    const spelling = `-${letter}`;
    const isJoined = letters[i + 1] === '=';
    if (isJoined || (takesValue(spelling, known) && i + 1 < letters.length)) {
      return [...options, { spelling, value: letters.slice(i + (isJoined ? 2 : 1)).join('') }];
    }
    options.push({ spelling, value: undefined });
  }
  return options;
}

const takesValue = (spelling: string, known: Known): boolean => (known.get(spelling)?.[1].type ?? 'flag') !== 'flag';

/** Whether a word may be the value of the preceding option: a dash starts an option unless it starts a number. */
const isValue = (word: string | undefined): boolean =>
  word !== undefined && (word === '-' || !/^-(?!\.?\d)/.test(word));

/**
 * Returns options by their keys, with true for a flag.
 * @throws CharrnnError (exit code 2) when an option is unknown, lacks its value, takes no value, or is repeated
 */
function byKeys(options: readonly TypedOption[], table: OptionTable, known: Known): Typed {
  const values = new Map(Object.keys(table).map((key): [string, string[]] => [key, []]));
  for (const { spelling, value } of options) {
    const [key, { type }] = known.get(spelling) ?? unknown(spelling, Object.keys(table));
    if (type === 'flag' && value !== undefined) throw usage(`${spelling}: takes no value`);
    if (type !== 'flag' && value === undefined) {
      throw usage(`${spelling}: needs a value; join it with = if it begins with a dash`);
    }
    values.get(key)?.push(value ?? '');
  }
  const given = [...values].filter(([, all]) => all.length > 0);
  const typed = given.map(([key, all]): [string, Typed[string]] => {
    const { type } = table[key];
    if (type === 'texts') return [key, all];
    if (all.length > 1) throw usage(`${spelled(key)}: given ${all.length} times; give it once`);
    return [key, type === 'flag' ? true : all[0]];
  });
  return Object.fromEntries(typed);
}

/** @throws CharrnnError (exit code 2) that suggests the nearest option */
function unknown(spelling: string, keys: readonly string[]): never {
  const names = keys.map(kebab);
  const word = spelling.replace(/^--?/, '');
  const meant = nearest(word, names) ?? nearest(word.replace(/^no-/, ''), names);
  throw usage(`${shortened(spelling)}: unknown option${meant ? `; did you mean --${meant}?` : ''}`);
}

/** Assigns words to arguments. @throws CharrnnError (exit code 2) when there are too few or too many */
function byArguments(
  words: readonly string[],
  { arguments: args }: Declaration,
  mayMiss: boolean,
): Record<string, readonly string[]> {
  const left = [...words];
  const found = args.map((argument) => {
    const own = left.splice(0, argument.repeated ? left.length : 1);
    if (own.length === 0 && !argument.optional && !mayMiss) {
      throw usage(`the ${argument.name} is missing; give ${argument.describe}`);
    }
    return [argument.name, own];
  });
  if (left.length > 0) throw usage(`${shortened(left[0])}: one argument too many`);
  return Object.fromEntries(found);
}

const usage = (message: string): CharrnnError => new CharrnnError(message, 2);
