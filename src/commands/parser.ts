// From the words of a command line to the command that they name and what was typed for it. Only options.ts knows yargs
// besides.

import type { Argv } from 'yargs';
import { CharrnnError, exitCodes } from '../errors.js';
import type { OptionTable } from '../options/option.js';
import type { Command, Entry, Parsed } from './command.js';
import { registry } from './declarations.js';
import { declareCommand } from './help.js';
import { nearest } from './spelling.js';

/** Text stays text and an option is what it is called: no numbers, camel case, paths or negations are guessed. */
const literally = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'strip-aliased': true,
};

/** yargs's own complaints in our words. */
const complaints = {
  'Not enough arguments following: %s': '--%s: needs a value; one that begins with a dash is joined by =',
  'Argument unexpected for: %s': '--%s: takes no value',
};

/** A command that was typed, or its help that was asked for. */
export type Typed =
  | { readonly kind: 'command'; readonly entry: Entry; readonly command: Command; readonly parsed: Parsed }
  | { readonly kind: 'help'; readonly text: string };

/**
 * What a command line asks for, its first word a command. The values of its options are the command's own business.
 * @param columns of the terminal that may show help
 * @param version of the program
 * @throws CharrnnError usage
 */
export async function parse(args: readonly string[], columns: number, version: string): Promise<Typed> {
  const [first = ''] = args;
  const entry = registry.find(({ name }) => name === first);
  if (!entry) throw unknownCommand(first);
  const loading = import('yargs'); // meanwhile the command is loaded
  const command = await entry.load();
  const hidden = withoutDigits(hideDashes(args), command.options);
  refuseForeign(hidden, Object.keys(command.arguments));
  const typed: Typed[] = [];
  let text = '';
  try {
    const isPrinting = args.includes('--print-config');
    const all = parser((await loading).default, columns, version).command({
      // Options are printed without an argument to work on.
      command: isPrinting ? entry.command.replace(/<([^>]*)>/g, '[$1]') : entry.command,
      describe: entry.describe,
      builder: (own: Argv) => declareCommand(own, command).epilogue(exitCodes),
      handler: (parsed) => {
        typed.push({ kind: 'command', entry, command, parsed: showDashes(parsed) });
        // Behind a handler that returns, yargs lays out the whole help for nobody, which takes longer than all the rest.
        throw new Error('chosen');
      },
    });
    await all.parseAsync(hidden, {}, (_error, _parsed, output) => {
      text = output.replace(/--(\d)(?= )/g, '-$1 '); // yargs shows a short name that is a digit as a long one
    });
  } catch (error) {
    if (typed.length === 0) throw complaint(error, command);
  }
  return typed[0] ?? { kind: 'help', text };
}

const parser = (yargs: () => Argv, columns: number, version: string): Argv =>
  yargs()
    .scriptName('charrnn')
    .parserConfiguration(literally)
    .locale('en')
    .updateStrings(complaints)
    .version(version)
    .alias('help', 'h')
    .wrap(Math.min(120, columns))
    .exitProcess(false)
    .fail(false);

function unknownCommand(word: string): CharrnnError {
  const names = registry.map(({ name }) => name);
  if (word.startsWith('-')) return new CharrnnError(`${word}: a command comes first: ${names.join(', ')}`, 2);
  const meant = nearest(word, names);
  return new CharrnnError(`${word}: unknown command${meant ? `; did you mean ${meant}?` : ''}`, 2);
}

/** What yargs complains of, in our words; any other error is a bug and stays what it is. */
function complaint(error: unknown, command: Command): unknown {
  if (!(error instanceof Error) || !['Error', 'YError'].includes(error.name)) return error;
  const { message } = error;
  if (!message.startsWith('Not enough non-option')) return new CharrnnError(message.replace(/^--(?=.:)/u, '-'), 2);
  const [{ is }] = Object.values(command.arguments);
  return new CharrnnError(`${typeof is === 'string' ? 'a file' : is.join(' or ')} is missing`, 2);
}

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

/** Letters behind one dash are that many options, for which yargs takes the square of their number in time. */
const TOO_MANY_LETTERS = /^-\w{64,}/;

/** Names that yargs has for itself. */
const RESERVED = ['_', '$0', 'get-yargs-completions'];

/**
 * Refuses options that yargs would not hand to `refuseUnknown`: it looks names up in plain objects, and fails at what
 * those inherit (`--toString`); some it has for itself; and `--corpus=x` it would drop where words are the corpus.
 * @param positionals names of the arguments that the command takes without an option
 * @throws CharrnnError usage
 */
export function refuseForeign(args: readonly string[], positionals: readonly string[]): void {
  const isForeign = (name = ''): boolean =>
    name in Object.prototype || RESERVED.includes(name) || positionals.includes(name);
  const foreign = args.map((arg) => /^--([^=]+)/.exec(arg)?.[1]).find(isForeign);
  if (foreign !== undefined) throw new CharrnnError(`--${foreign}: unknown option`, 2);
  const long = args.find((arg) => TOO_MANY_LETTERS.test(arg));
  if (long) throw new CharrnnError(`${long.slice(0, 20)}…: too many letters behind one dash; join a value by =`, 2);
}
