import { declarations } from './commands/declarations.js';
import { programHelp } from './commands/help.js';
import { programVersion } from './commands/program-version.js';
import type { ExitCode } from './errors.js';
import { isFirst, launched } from './parallel/launcher.js';
import { say } from './terminal/messages.js';
import { writeLines } from './terminal/output.js';

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first, second] = args;
  // Under a launcher, the ranks share the work of some commands; any other is that of the first one alone.
  const isShared = declarations.some(({ name, isSharedByRanks }) => name === first && isSharedByRanks);
  if (!isShared && !isFirst(launched())) return 0;
  if (first === undefined) {
    say(programHelp(declarations).join('\n'));
    return 2;
  }
  if (first === '--version' || first === '-v') {
    if (second !== '--json') return print(programVersion());
    const { versionReport } = await import('./commands/version.js');
    return print(versionReport(programVersion()));
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

/** Reports an error. @returns its exit code */
async function report(error: unknown): Promise<ExitCode> {
  const launch = launched();
  // What ranks find before they have joined is the same for all of a machine.
  const isTold = launch === undefined || launch.isFirstHere;
  const { exitCodeOf, reportFailure } = await import('./commands/failure.js');
  if (!isTold) return exitCodeOf(error);
  const exitCode = await reportFailure(error);
  const [first] = process.argv.slice(2);
  const isCommand = declarations.some(({ name }) => name === first);
  if (exitCode === 2) say(`see charrnn ${isCommand ? `${first} ` : ''}--help`);
  return exitCode;
}

// Each write reports its own failure. A failure of standard error cannot be reported at all.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await main(process.argv.slice(2)).catch(report);
