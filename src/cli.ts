import { createRequire } from 'node:module';
import yargs, { type Argv } from 'yargs';
import type { Command } from './commands/command.js';
import { hideDashes, showDashes } from './commands/dash.js';
import { gradcheck } from './commands/gradcheck.js';
import { nearest } from './commands/nearest.js';
import { sample } from './commands/sample.js';
import { train } from './commands/train.js';
import { CharrnnError, type ExitCode } from './errors.js';
import { say, sayBug, sayError } from './terminal/messages.js';
import { writeLines } from './terminal/output.js';

type Work = () => Promise<ExitCode>;

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

/** Everything that yargs knows. A command that was typed is handed to `choose`, to be run when yargs is through. */
function parser(choose: (work: Work) => void): Argv {
  const { version } = createRequire(import.meta.url)('../../package.json');
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
    .wrap(Math.min(120, process.stdout.columns || 120))
    .exitProcess(false)
    .fail(false);
  for (const { command, describe, builder, handler } of commands) {
    all.command({
      command,
      describe,
      builder: (own: Argv) => builder(own).epilogue(epilogue),
      handler: (parsed) => choose(() => handler(showDashes(parsed))),
    });
  }
  return all;
}

async function main(args: readonly string[]): Promise<ExitCode> {
  let work: Work | undefined;
  const all = parser((chosen) => {
    work = chosen;
  });
  const [first] = args;
  if (first === undefined) {
    say(await all.getHelp());
    return 2;
  }
  if (![...names, ...instead].includes(first)) throw unknownCommand(first);
  let help = '';
  try {
    await all.parseAsync(hideDashes(args), {}, (_error, _parsed, output) => {
      help = output;
    });
  } catch (error) {
    throw new CharrnnError(complaintOf(error), 2);
  }
  if (work) return work();
  await writeLines([help]);
  return 0;
}

function unknownCommand(word: string): CharrnnError {
  if (word.startsWith('-')) return new CharrnnError(`${word}: a command comes first: ${names.join(', ')}`, 2);
  const meant = nearest(word, names);
  return new CharrnnError(`${word}: unknown command${meant ? `; did you mean ${meant}?` : ''}`, 2);
}

function complaintOf(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  return message.startsWith('Not enough non-option') ? 'a file is missing' : message;
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
