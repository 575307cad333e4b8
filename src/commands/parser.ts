// From the words of a command line to the command that they name and what was typed for it. Only builders know yargs besides.

import { createRequire } from 'node:module';
import yargs, { type Argv } from 'yargs';
import { CharrnnError } from '../errors.js';
import type { Command, Parsed } from './command.js';
import { hideDashes, showDashes } from './dash.js';
import { refuseForeign } from './foreign.js';
import { gradcheck } from './gradcheck.js';
import { nearest } from './nearest.js';
import { sample } from './sample.js';
import { train } from './train.js';

const commands: readonly Command[] = [train, sample, gradcheck];
const names = commands.map(({ command }) => command.split(' ')[0]);

/** What may stand in the place of a command. */
const instead = ['--help', '-h', '--version'];

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

/** A command that was typed, or help (or the version) that was asked for. */
export type Typed =
  | { readonly kind: 'command'; readonly command: Command; readonly parsed: Parsed }
  | { readonly kind: 'help'; readonly text: string };

/**
 * What a command line asks for. The values of its options are the command's own business.
 * @param columns of the terminal that may show help
 * @throws CharrnnError usage
 */
export async function parse(args: readonly string[], columns: number): Promise<Typed> {
  const [first] = args;
  if (![...names, ...instead].includes(first)) throw unknownCommand(first);
  const hidden = hideDashes(args);
  refuseForeign(hidden, commands);
  const typed: Typed[] = [];
  let text = '';
  try {
    const all = parser(columns, (command, parsed) => typed.push({ kind: 'command', command, parsed }));
    await all.parseAsync(hidden, {}, (_error, _parsed, output) => {
      text = output;
    });
  } catch (error) {
    if (typed.length === 0) throw complaint(error);
  }
  return typed[0] ?? { kind: 'help', text };
}

/** The help of the program. */
export const help = (columns: number): Promise<string> => parser(columns, () => {}).getHelp();

export const isCommand = (word: string | undefined): boolean => names.some((name) => name === word);

/** Everything that yargs knows. A command that was typed is handed to `choose`. */
function parser(columns: number, choose: (command: Command, parsed: Parsed) => void): Argv {
  const { version } = createRequire(import.meta.url)('../../../package.json');
  const epilogue = 'Exit codes: 0 done, 1 failure, 2 usage, 130 interrupted (143 by SIGTERM).';
  const all = yargs()
    .scriptName('charrnn')
    .usage('Trains character-level recurrent language models, and writes text as they would.')
    .parserConfiguration(literally)
    .locale('en')
    .updateStrings(complaints)
    .version(String(version))
    .alias('help', 'h')
    .epilogue(epilogue)
    .wrap(Math.min(120, columns))
    .exitProcess(false)
    .fail(false);
  for (const command of commands) {
    all.command({
      command: command.command,
      describe: command.describe,
      builder: (own: Argv) => command.builder(own).epilogue(epilogue),
      handler: (parsed) => {
        choose(command, showDashes(parsed));
        // Behind a handler that returns, yargs lays out the whole help for nobody, which takes longer than all the rest.
        throw new Error('chosen');
      },
    });
  }
  return all;
}

function unknownCommand(word: string): CharrnnError {
  if (word.startsWith('-')) return new CharrnnError(`${word}: a command comes first: ${names.join(', ')}`, 2);
  const meant = nearest(word, names);
  return new CharrnnError(`${word}: unknown command${meant ? `; did you mean ${meant}?` : ''}`, 2);
}

/** What yargs complains of, in our words; any other error is a bug and stays what it is. */
function complaint(error: unknown): unknown {
  if (!(error instanceof Error) || !['Error', 'YError'].includes(error.name)) return error;
  const { message } = error;
  if (message.startsWith('Not enough non-option')) return new CharrnnError('a file is missing', 2);
  return new CharrnnError(message.replace(/^--(?=.:)/u, '-'), 2);
}
