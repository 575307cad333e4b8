import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import type { Command, Entry, Parsed } from './commands/command.js';
import { hideDashes, showDashes } from './commands/dash.js';
import { nearest } from './commands/nearest.js';
import { registry } from './commands/registry.js';
import { CharrnnError, type ExitCode } from './errors.js';
import { exitCodes, programHelp } from './terminal/help.js';
import { say, sayBug, sayError } from './terminal/messages.js';
import { writeLines } from './terminal/output.js';

const names = registry.map(({ name }) => name);

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

/** yargs with the command that was typed. */
async function parser(
  yargs: () => Argv,
  { command, describe }: Entry,
  { declarations, isPrinting }: { readonly declarations: Command; readonly isPrinting: boolean },
): Promise<Argv> {
  const { declareCommand } = await import('./commands/options.js');
  return yargs()
    .scriptName('charrnn')
    .parserConfiguration(literally)
    .locale('en')
    .updateStrings(complaints)
    .version(version())
    .alias('help', 'h')
    .wrap(Math.min(120, process.stdout.columns || 120))
    .exitProcess(false)
    .fail(false)
    .command({
      // Options are printed without an argument to work on.
      command: isPrinting ? command.replace(/<(.*)>/, '[$1]') : command,
      describe,
      builder: (own: Argv) => declareCommand(own, declarations).epilogue(exitCodes),
      handler: () => {},
    });
}

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first] = args;
  const entry = registry.find(({ name }) => name === first);
  if (entry) return runTyped(entry, args);
  if (first === undefined) {
    say(programHelp(registry).join('\n'));
    return 2;
  }
  if (!instead.includes(first)) throw unknownCommand(first);
  await writeLines(first === '--version' ? [version()] : programHelp(registry));
  return 0;
}

async function runTyped(entry: Entry, args: readonly string[]): Promise<ExitCode> {
  const loading = import('yargs'); // meanwhile the command is loaded
  const declarations = await entry.load();
  const isPrinting = args.includes('--print-config');
  const all = await parser((await loading).default, entry, { declarations, isPrinting });
  let help = '';
  let parsed: Parsed;
  try {
    parsed = await all.parseAsync(hideDashes(args), {}, (_error, _parsed, output) => {
      help = output;
    });
  } catch (error) {
    throw new CharrnnError(complaintOf(error, declarations), 2);
  }
  if (help === '') return (await import('./commands/run.js')).runCommand(declarations, showDashes(parsed));
  await writeLines([help]);
  return 0;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

function unknownCommand(word: string): CharrnnError {
  if (word.startsWith('-')) return new CharrnnError(`${word}: a command comes first: ${names.join(', ')}`, 2);
  const meant = nearest(word, names);
  return new CharrnnError(`${word}: unknown command${meant ? `; did you mean ${meant}?` : ''}`, 2);
}

function complaintOf(error: unknown, command: Command | undefined): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  if (!message.startsWith('Not enough non-option')) return message;
  const [{ is }] = Object.values(command?.arguments ?? {});
  return `${typeof is === 'string' ? 'a file' : is.join(' or ')} is missing`;
}

/** Says what went wrong, and which exit code that is. */
function report(error: unknown): ExitCode {
  if (!(error instanceof CharrnnError)) {
    sayBug(error);
    return 1;
  }
  sayError(error.message);
  const [first] = process.argv.slice(2);
  if (error.exitCode === 2) say(`charrnn ${names.includes(first) ? `${first} ` : ''}--help tells more`);
  return error.exitCode;
}

// Whoever writes learns of a fault from the write itself. Nobody can be told that standard error is gone.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2)).catch(report);
