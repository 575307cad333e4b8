import { kebab, type Option } from '../options/option.js';
import { type Argument, allOptions, type Declaration } from './command.js';
import { valuesToComplete } from './spelling.js';

/** Returns a fish script that completes the commands of the program. */
export function fishCompletion(program: string, commands: readonly Declaration[]): string {
  const first = `complete -c ${program} -n '__${program}_command ""'`;
  return [
    `# Completion of ${program} for fish. In ~/.config/fish/config.fish: ${program} completion fish | source`,
    `function __${program}_command`,
    '  set -l words (commandline -opc)',
    '  test "$words[2]" = "$argv[1]"',
    'end',
    `function __${program}_files`,
    // Old versions of fish complete --name=value as one word.
    "  __fish_complete_suffix (commandline -ct | string replace -r -- '^--[^=]*=' '') $argv[1]",
    'end',
    `complete -c ${program} -f`,
    `${first} -s h -l help -d 'show help'`,
    `${first} -s v -l version -d 'show the version'`,
    ...commands.map(({ name, describe }) => `${first} -a ${name} -d ${quoted(describe)}`),
    ...commands.flatMap((command) => commandLines(program, command)),
    '',
  ].join('\n');
}

function commandLines(program: string, command: Declaration): string[] {
  const start = `complete -c ${program} -n '__${program}_command ${command.name}'`;
  const options = Object.entries(allOptions(command)).map(([key, option]) => optionLine(program, start, key, option));
  const words = command.arguments.map(({ is }) => `${start} ${candidates(program, is)}`);
  return [`${start} -s h -l help -d 'show help'`, ...options, ...words];
}

/** `-s o -l output -d 'checkpoint to write' -r -f -k -a '(__charrnn_files .json)'` */
function optionLine(program: string, start: string, key: string, option: Option): string {
  const short = option.alias ? ` -s ${option.alias}` : '';
  const line = `${start}${short} -l ${kebab(key)} -d ${quoted(option.description)}`;
  if (option.type === 'flag') return line;
  const is = valuesToComplete(option);
  return is === undefined ? `${line} -x` : `${line} -r ${candidates(program, is)}`;
}

/** Completes the allowed values; files with the extension come before all others. */
function candidates(program: string, is: Argument['is']): string {
  if (typeof is !== 'string') return `-f -a ${quoted(is.join(' '))}`;
  return is === '' ? '-F' : `-f -k -a '(__${program}_files .${is})'`;
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
