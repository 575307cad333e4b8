import type { Entry } from '../commands/command.js';
import { formatTable } from './format.js';

export const exitCodes = 'Exit codes: 0 done, 1 failure, 2 usage, 130 interrupted (143 by SIGTERM).';

/** The help of the program. That of a command is made by yargs, which takes longer to load than this takes in all. */
export function programHelp(commands: readonly Entry[]): string[] {
  const table = (rows: readonly (readonly string[])[]): string[] => formatTable(rows).map((line) => `  ${line}`);
  return [
    'Trains character-level recurrent language models, and writes text as they would.',
    '',
    'Commands:',
    ...table(commands.map(({ command, describe }) => [`charrnn ${command}`, describe])),
    '',
    'Options:',
    ...table([
      ['-h, --help', 'show this help; behind a command, its options'],
      ['    --version', 'show the version'],
    ]),
    '',
    exitCodes,
  ];
}
