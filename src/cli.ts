import { readFileSync } from 'node:fs';
import { declarations } from './commands/declarations.js';
import { programHelp } from './commands/help.js';
import { CharrnnError, type ExitCode } from './errors.js';
import { visible } from './format.js';
import { say, sayBug, sayError } from './terminal/messages.js';
import { writeLines } from './terminal/output.js';

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first, second] = args;
  if (first === undefined) {
    say(programHelp(declarations).join('\n'));
    return 2;
  }
  if (first === '--version' || first === '-v') {
    if (second !== '--json') return print(version());
    const { versionReport } = await import('./commands/version.js');
    return print(versionReport(version()));
  }
  const isHelp = first === '--help' || first === '-h' || first === 'help';
  if (isHelp && (second === undefined || second.startsWith('-'))) return print(...programHelp(declarations));
  // The version and the help of the program need none of what a command does.
  const { runCommandLine } = await import('./commands/command-line.js');
  return runCommandLine(isHelp ? ['help', ...args.slice(1)] : args, declarations);
}

async function print(...lines: string[]): Promise<ExitCode> {
  await writeLines(lines);
  return 0;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

/** Reports an error. @returns its exit code */
async function report(error: unknown): Promise<ExitCode> {
  if (!(error instanceof CharrnnError)) {
    sayBug(error);
    return 1;
  }
  const { spelledText } = await import('./commands/spelling.js');
  sayError(visible(spelledText(error.line)));
  const [first] = process.argv.slice(2);
  const isCommand = declarations.some(({ name }) => name === first);
  if (error.exitCode === 2) say(`see charrnn ${isCommand ? `${first} ` : ''}--help`);
  return error.exitCode;
}

// Each write reports its own failure. A failure of standard error cannot be reported at all.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2)).catch(report);
