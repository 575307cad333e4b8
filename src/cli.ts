import { help, isCommand, parse } from './commands/parser.js';
import { CharrnnError, type ExitCode } from './errors.js';
import { say, sayBug, sayError } from './terminal/messages.js';
import { writeLines } from './terminal/output.js';

async function main(args: readonly string[]): Promise<ExitCode> {
  const columns = process.stdout.columns || 120;
  if (args.length === 0) {
    say(await help(columns));
    return 2;
  }
  const typed = await parse(args, columns);
  if (typed.kind === 'command') return typed.command.handler(typed.parsed);
  await writeLines([typed.text]);
  return 0;
}

/** Says what went wrong, and which exit code that is. */
function report(error: unknown): ExitCode {
  if (!(error instanceof CharrnnError)) {
    sayBug(error);
    return 1;
  }
  sayError(error.message);
  const [first] = process.argv.slice(2);
  if (error.exitCode === 2) say(`charrnn ${isCommand(first) ? `${first} ` : ''}--help tells more`);
  return error.exitCode;
}

// Whoever writes learns of a fault from the write itself. Nobody can be told that standard error is gone.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2)).catch(report);
