// The help of the program and its commands, generated from their declarations.

import { exitCodesLine } from '../errors.js';
import { brokenAtWords, formatTable } from '../format.js';
import { isBounded, kebab, type Option } from '../options/option.js';
import { allOptions, type Declaration, usageOf } from './command.js';

/** Returns the help of the program. */
export function programHelp(commands: readonly Declaration[]): string[] {
  return [
    'Trains character-level recurrent language models, and generates text with them.',
    '',
    'Commands:',
    ...indented(commands.map((command) => [`charrnn ${usageOf(command)}`, command.describe])),
    '',
    'Options:',
    ...indented([
      ['-h, --help', 'show this help; after a command, its options'],
      ['-v, --version', 'show the version; with --json also what was found in this machine'],
    ]),
    '',
    exitCodesLine,
  ];
}

/** Returns the help of a command. @param columns width of the terminal */
export function commandHelp(command: Declaration, columns: number): string[] {
  const width = Math.min(120, columns);
  const options = Object.entries(allOptions(command));
  const groups = [...new Set(options.map(([, { group }]) => group))];
  const section = (title: string, rows: readonly (readonly [string, string])[]): string[] =>
    rows.length > 0 ? [title, ...wrapped(rows, width), ''] : [];
  return [
    `charrnn ${usageOf(command)}`,
    '',
    `${command.describe.charAt(0).toUpperCase()}${command.describe.slice(1)}.`,
    '',
    ...section(
      'Arguments:',
      command.arguments.map(({ name, describe }) => [name, describe]),
    ),
    ...groups.flatMap((group) => {
      const rows = options.filter(([, option]) => option.group === group).map((entry) => optionRow(...entry));
      return section(group, rows);
    }),
    ...section('Options:', [['-h, --help', 'show this help']]),
    ...section('Examples:', command.examples),
    exitCodesLine,
  ];
}

function optionRow(key: string, option: Option): readonly [string, string] {
  const { alias, description } = option;
  const shown = shownDefault(option);
  const facts = [allowedText(option), shown === undefined ? '' : `[default: ${shown}]`].filter(Boolean);
  const short = alias === undefined ? '    ' : `-${alias}, `;
  return [`${short}--${kebab(key)}`, [description, ...facts].join('  ')];
}

/** Formats the allowed values of an option for the help and the documentation: `[0..0.95]`, `[rnn, lstm, gru]`. */
export function allowedText(option: Option): string {
  if (option.type === 'choice') return `[${option.choices.join(', ')}]`;
  if (option.type === 'texts') return '[repeatable]';
  if (option.type !== 'number') return '';
  return `[${option.from}..${isBounded(option.to) ? option.to : ''}]`;
}

/** Returns the default that the help and the documentation show, if any. */
export function shownDefault(option: Option): string | undefined {
  if (option.type === 'number' && option.chosen) return 'chosen';
  if (option.default === undefined || option.type === 'flag' || option.type === 'texts') return undefined;
  return option.default === '' ? '""' : String(option.default);
}

const indented = (rows: readonly (readonly string[])[]): string[] => formatTable(rows).map((row) => `  ${row}`);

/** Formats two columns, with the second wrapped at words; it goes below the first if there is not enough room. */
function wrapped(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.max(...rows.map(([term]) => term.length));
  const isNarrow = width < left + 40;
  const margin = ' '.repeat(isNarrow ? 6 : left + 4);
  return rows.flatMap(([term, text]) => {
    const [first = '', ...more] = brokenAtWords(text, width - margin.length);
    const rest = more.map((part) => margin + part);
    return isNarrow ? [`  ${term}`, margin + first, ...rest] : [`  ${term.padEnd(left)}  ${first}`.trimEnd(), ...rest];
  });
}
