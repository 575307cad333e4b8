import { readFileSync } from 'node:fs';
import { commonOptions } from './commands/command.js';
import { configText, withConfig } from './commands/config.js';
import { declarations } from './commands/declarations.js';
import { commandHelp, programHelp } from './commands/help.js';
import { commandCalled, parse } from './commands/parser.js';
import { spelledText } from './commands/spelling.js';
import { valuesOf } from './commands/values.js';
import { CharrnnError } from './errors.js';
import type { ExitCode } from './exit-codes.js';
import { visible } from './format.js';
import { say, sayBug, sayError } from './terminal/messages.js';
import { writeLines } from './terminal/output.js';

async function main(args: readonly string[]): Promise<ExitCode> {
  const [first, second] = args;
  if (first === undefined) {
    say(programHelp(declarations).join('\n'));
    return 2;
  }
  if (first === '--version' || first === '-v') return print(version());
  const columns = process.stdout.columns || 120;
  if (first === '--help' || first === '-h' || first === 'help') {
    if (second === undefined || second.startsWith('-')) return print(...programHelp(declarations));
    return print(...commandHelp(commandCalled(second, declarations), columns));
  }
  const { command, words, typed: all, wantsHelp } = parse(args, declarations);
  if (wantsHelp) return print(...commandHelp(command, columns));
  const common = valuesOf(commonOptions, all);
  if (common.noColor) turnColoursOff();
  const own = Object.fromEntries(Object.entries(all).filter(([key]) => !(key in commonOptions)));
  const typed = common.config === undefined ? own : await withConfig(common.config, command.options, own);
  if (common.printConfig) return print(configText(command.options, typed));
  const handler = await command.load();
  return handler({ words, typed, commands: declarations });
}

async function print(...lines: string[]): Promise<ExitCode> {
  await writeLines(lines);
  return 0;
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}

/** Turns colours off for all packages; none that colours anything is loaded yet. */
function turnColoursOff(): void {
  process.env.NO_COLOR = '1';
  delete process.env.FORCE_COLOR;
}

/** Reports an error. @returns its exit code */
function report(error: unknown): ExitCode {
  if (!(error instanceof CharrnnError)) {
    sayBug(error);
    return 1;
  }
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
