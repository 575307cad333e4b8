import type { Argv, Options } from 'yargs';
import { exitCodes } from '../errors.js';
import { formatTable } from '../format.js';
import type { Option, OptionTable } from '../options/option.js';
import { type Command, commonOptions, type Entry } from './command.js';

/** The help of the program. That of a command is made by yargs, which takes longer to load than this takes in all. */
export function programHelp(commands: readonly Entry[]): string[] {
  const table = (rows: readonly (readonly string[])[]): string[] => formatTable(rows).map((line) => `  ${line}`);
  return [
    'Trains character-level recurrent language models, and writes text as they would.',
    '',
    'Commands:',
    ...table(commands.map(({ command, describe }) => [`charrnn ${command}`, describe])),
    '',
    'Options:',
    ...table([
      ['-h, --help', 'show this help; behind a command, its options'],
      ['    --version', 'show the version'],
    ]),
    '',
    exitCodes,
  ];
}

/** Tells yargs what a command takes, for parsing and for its help. */
export function declareCommand(yargs: Argv, command: Command): Argv {
  declareOptions(yargs, { ...command.options, ...commonOptions });
  for (const [name, { describe }] of Object.entries(command.arguments)) {
    yargs.positional(name, { describe, default: undefined });
  }
  for (const [commandLine, what] of command.examples) yargs.example(commandLine, what);
  return yargs;
}

/** Declares every option of a table. Values and defaults are the business of `valuesOf`. */
function declareOptions(yargs: Argv, table: OptionTable): Argv {
  for (const [name, option] of Object.entries(table)) yargs.option(name, declaration(option));
  return yargs;
}

/**
 * Neither a type nor a default is told to yargs: it would turn text into numbers, drop quotation marks, take
 * `--quiet=no` for a yes, and hide which options were typed.
 */
function declaration(option: Option): Options {
  const shown = shownDefault(option);
  return {
    group: option.group,
    describe: [option.description, allowedText(option)].filter(Boolean).join('  '),
    nargs: option.type === 'flag' ? 0 : 1,
    ...(option.alias && { alias: option.alias }),
    ...(shown !== undefined && { defaultDescription: shown }),
  };
}

/** The values that an option takes, as the help and the documentation show them: `[0..0.95]`, `[rnn, lstm, gru]`. */
export function allowedText(option: Option): string {
  if (option.type === 'choice') return `[${option.choices.join(', ')}]`;
  if (option.type === 'texts') return '[repeatable]';
  if (option.type !== 'number') return '';
  return `[${option.from}..${isBounded(option.to) ? option.to : ''}]`;
}

/** What the help and the documentation show as the default, if anything. */
export function shownDefault(option: Option): string | undefined {
  if (option.type === 'number' && option.chosen) return 'chosen';
  if (option.default === undefined || option.type === 'flag' || option.type === 'texts') return undefined;
  return shownValue(option.default);
}

/** A default as one would type it. */
export function shownValue(value: string | number | boolean): string {
  return value === '' ? '""' : String(value);
}

/** The range of a number in words, for errors. */
export function rangeText({ from, to }: { readonly from: number; readonly to: number }): string {
  return isBounded(to) ? `from ${from} to ${to}` : `at least ${from}`;
}

const isBounded = (to: number): boolean => to < Number.MAX_SAFE_INTEGER;
