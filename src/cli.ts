import { readFileSync } from 'node:fs';
import { registry } from './commands/declarations.js';
import { programHelp } from './commands/help.js';
import { parse } from './commands/parser.js';
import { CharrnnError, type ExitCode } from './errors.js';
import { say, sayBug, sayError } from './terminal/messages.js';
import { writeLines } from './terminal/output.js';

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first] = args;
  if (first === undefined) {
    say(programHelp(registry).join('\n'));
    return 2;
  }
  if (first === '--version') return print(version());
  if (first === '--help' || first === '-h') return print(...programHelp(registry));
  const typed = await parse(args, process.stdout.columns || 120, version());
  if (typed.kind === 'help') return print(typed.text);
  return (await import('./commands/config.js')).runCommand(typed.command, typed.parsed);
}

async function print(...lines: string[]): Promise<ExitCode> {
  await writeLines(lines);
  return 0;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

/** Says what went wrong, and which exit code that is. */
function report(error: unknown): ExitCode {
  if (!(error instanceof CharrnnError)) {
    sayBug(error);
    return 1;
  }
  sayError(error.message);
  const [first] = process.argv.slice(2);
  const isCommand = registry.some(({ name }) => name === first);
  if (error.exitCode === 2) say(`charrnn ${isCommand ? `${first} ` : ''}--help tells more`);
  return error.exitCode;
}

// Whoever writes learns of a fault from the write itself. Nobody can be told that standard error is gone.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2)).catch(report);
