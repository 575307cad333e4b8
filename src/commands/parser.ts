// From the words of a command line to the command that they name and what was typed for it. Only options.ts knows yargs
// besides.

import type { Argv } from 'yargs';
import { CharrnnError, exitCodes } from '../errors.js';
import type { Command, Entry, Parsed } from './command.js';
import { hideDashes, showDashes, withoutDigits } from './dash.js';
import { refuseForeign } from './foreign.js';
import { nearest } from './nearest.js';
import { declareCommand } from './options.js';
import { registry } from './registry.js';

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
