import type { ExitCode } from '../exit-codes.js';
import { columns, writeLines } from '../terminal/output.js';
import { commonOptions, type Declaration } from './command.js';
import { configText, withConfig } from './config.js';
import { commandHelp } from './help.js';
import { commandCalled, parse } from './parser.js';
import { valuesOf } from './values.js';

/** Reads a command line and runs the command that it names. @throws CharrnnError */
export async function runCommandLine(args: readonly string[], commands: readonly Declaration[]): Promise<ExitCode> {
  const [first, second] = args;
  if (first === 'help') return printHelp(commandCalled(second, commands));
  const { command, words, typed: all, wantsHelp } = parse(args, commands);
  if (wantsHelp) return printHelp(command);
  const common = valuesOf(commonOptions, all);
  if (common.noColor) turnColoursOff();
  const own = Object.fromEntries(Object.entries(all).filter(([key]) => !(key in commonOptions)));
  const typed = common.config === undefined ? own : await withConfig(common.config, command.options, own);
  if (common.printConfig) return print(configText(command.options, typed));
  const handler = await command.load();
  return handler({ words, typed, commands });
}

const printHelp = (command: Declaration): Promise<ExitCode> => print(...commandHelp(command, columns(120)));

async function print(...lines: string[]): Promise<ExitCode> {
  await writeLines(lines);
  return 0;
}

/** Turns colours off in every package that uses them; none of them is loaded yet. */
function turnColoursOff(): void {
  process.env.NO_COLOR = '1';
  delete process.env.FORCE_COLOR;
}
