import { readFileSync } from 'node:fs';
import type { Argv } from 'yargs';
import type { Command, Entry, Parsed } from './commands/command.js';
import { hideDashes, showDashes } from './commands/dash.js';
import { nearest } from './commands/nearest.js';
import { registry } from './commands/registry.js';
import { CharrnnError, type ExitCode } from './errors.js';
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

const epilogue = 'Exit codes: 0 done, 1 failure, 2 usage, 130 interrupted (143 by SIGTERM).';

/** A command that was typed, with all that it takes. */
interface Typed {
  readonly entry: Entry;
  readonly command: Command;
}

/** yargs with all commands by name, and with the options of the one that was typed. */
async function parser(
  yargs: () => Argv,
  args: readonly string[],
  typed: Typed | undefined,
  onCommand: (parsed: Parsed) => void,
): Promise<Argv> {
  const declare = typed && (await import('./commands/options.js')).declareCommand;
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const all = yargs()
    .scriptName('charrnn')
    .usage('Trains character-level recurrent language models, and writes text as they would.')
    .parserConfiguration(literally)
    .locale('en')
    .updateStrings(complaints)
    .version(String(version))
    .alias('help', 'h')
    .epilogue(epilogue)
    .wrap(Math.min(120, process.stdout.columns || 120))
    .exitProcess(false)
    .fail(false);
  for (const { name, command, describe } of registry) {
    const isTyped = name === typed?.entry.name;
    all.command({
      // Options are printed without an argument to work on.
      command: isTyped && args.includes('--print-config') ? command.replace(/<(.*)>/, '[$1]') : command,
      describe,
      builder: (own: Argv) => (declare && isTyped ? declare(own, typed.command).epilogue(epilogue) : own),
      handler: (parsed) => onCommand(showDashes(parsed)),
    });
  }
  return all;
}

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first] = args;
  if (first !== undefined && ![...names, ...instead].includes(first)) throw unknownCommand(first);
  const entry = registry.find(({ name }) => name === first);
  const yargs = import('yargs'); // meanwhile the command is loaded
  const typed = entry && { entry, command: await entry.load() };
  let parsed: Parsed | undefined;
  const all = await parser((await yargs).default, args, typed, (found) => {
    parsed = found;
  });
  if (first === undefined) {
    say(await all.getHelp());
    return 2;
  }
  let help = '';
  try {
    await all.parseAsync(hideDashes(args), {}, (_error, _parsed, output) => {
      help = output;
    });
  } catch (error) {
    throw new CharrnnError(complaintOf(error, typed?.command), 2);
  }
  if (typed && parsed) return (await import('./commands/run.js')).runCommand(typed.command, parsed);
  await writeLines([help]);
  return 0;
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
