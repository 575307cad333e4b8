// From the words of a command line to the command that they name and what was typed for it. yargs-parser, the parser of
// yargs, splits the words; what they mean is said here.

import yargsParser from 'yargs-parser';
import { CharrnnError } from '../errors.js';
import { kebab, type OptionTable } from '../options/option.js';
import { allOptions, type Declaration, type Typed } from './command.js';
import { nearest } from './spelling.js';

/** A command that was typed. */
export interface CommandLine {
  readonly command: Declaration;
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly typed: Typed;
  /** Whether only the help of the command is wanted. */
  readonly wantsHelp: boolean;
}

/** Text stays text and an option is what it is called: no numbers, camel case, paths or negations are guessed. */
const literally = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'populate--': true,
  'strip-aliased': true,
};

/** More letters after one dash than there are short names; each of them would be an option. */
const TOO_MANY_LETTERS = /^-[^-=\W]{64,}/;

/**
 * What a command line asks for. The values of its options are not looked at yet.
 * @param commands the first word must be one of them
 * @throws CharrnnError usage
 */
export function parse(args: readonly string[], commands: readonly Declaration[]): CommandLine {
  const [first = '', ...rest] = args;
  const command = commandCalled(first, commands);
  const { words, options } = split(rest, allOptions(command));
  if ('help' in options) return { command, words: {}, typed: {}, wantsHelp: true };
  const typed = byKeys(options, allOptions(command));
  // Options are printed without an argument to work on.
  return { command, words: byArguments(words, command, 'printConfig' in typed), typed, wantsHelp: false };
}

/** @throws CharrnnError usage, with the nearest command that there is */
export function commandCalled(word: string, commands: readonly Declaration[]): Declaration {
  const found = commands.find(({ name }) => name === word);
  if (found) return found;
  const names = commands.map(({ name }) => name);
  if (word.startsWith('-')) throw usage(`${word}: a command comes first: ${names.join(', ')}`);
  const meant = nearest(word, names);
  throw usage(`${word}: unknown command${meant ? `; did you mean ${meant}?` : ''}`);
}

/** Words and options apart, options by the names that are spelled out. */
function split(args: readonly string[], table: OptionTable): { words: string[]; options: Record<string, unknown> } {
  const letters = args.find((arg) => TOO_MANY_LETTERS.test(arg));
  if (letters) throw usage(`${letters.slice(0, 20)}…: too many letters after one dash; join a value by =`);
  const entries = Object.entries(table).map(([key, option]) => ({ name: kebab(key), option }));
  const aliases = entries.flatMap(({ name, option }) => (option.alias ? [[name, [option.alias]] as const] : []));
  const { argv, error } = yargsParser.detailed([...args], {
    configuration: literally,
    alias: { help: ['h'], ...Object.fromEntries(aliases) },
    narg: Object.fromEntries([
      ['help', 0],
      ...entries.map(({ name, option }) => [name, option.type === 'flag' ? 0 : 1]),
    ]),
    string: entries.filter(({ option }) => option.type !== 'flag').map(({ name }) => name),
    // yargs-parser's own complaints in our words.
    __: (format: string, name: string) =>
      format.startsWith('Not enough')
        ? `${dashed(name)}: needs a value; one that begins with a dash is joined by =`
        : `${dashed(name)}: takes no value`,
  } as yargsParser.Options);
  const { _: words, '--': behind = [], ...options } = argv;
  const names = new Set(['help', ...entries.map(({ name }) => name)]);
  const unknown = Object.keys(options).find((name) => !names.has(name));
  if (unknown !== undefined) {
    const known = entries.map(({ name }) => name);
    const meant = nearest(unknown, known) ?? nearest(unknown.replace(/^no-/, ''), known);
    throw usage(`${dashed(unknown)}: unknown option${meant ? `; did you mean --${meant}?` : ''}`);
  }
  if (error) throw usage(error.message);
  return { words: [...words, ...behind].map(String), options };
}

/** Options by their keys, a flag as true. @throws CharrnnError usage, where one is given more often than it may be */
function byKeys(options: Record<string, unknown>, table: OptionTable): Typed {
  const typed = Object.entries(table).filter(([key]) => options[kebab(key)] !== undefined);
  const values = typed.map(([key, { type }]) => {
    const value = options[kebab(key)];
    if (type === 'texts') return [key, [value].flat().map(String)];
    if (Array.isArray(value)) throw usage(`--${kebab(key)}: given ${value.length} times; once is enough`);
    return [key, type === 'flag' ? true : String(value)];
  });
  return Object.fromEntries(values);
}

/** Words by the arguments that take them. @throws CharrnnError usage, at one too few or too many */
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
  if (left.length > 0) throw usage(`${left[0]}: one argument too many`);
  return Object.fromEntries(found);
}

const usage = (message: string): CharrnnError => new CharrnnError(message, 2);
const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`);
