import type { Entry } from '../commands/command.js';
import { exitCodes } from '../errors.js';
import { formatTable } from './format.js';

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
