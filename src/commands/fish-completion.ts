import { kebab, type Option } from '../options/option.js';
import { allOptions, type Declaration } from './command.js';
import { valuesToComplete } from './spelling.js';

/** A script for fish that completes the commands of the program. */
export function fishCompletion(program: string, commands: readonly Declaration[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const first = `not __fish_seen_subcommand_from ${names}`;
  return [
    `# Completion of ${program} for fish. In ~/.config/fish/config.fish: ${program} completion fish | source`,
    `complete -c ${program} -f`,
    `complete -c ${program} -n '${first}' -s h -l help -d 'show help'`,
    `complete -c ${program} -n '${first}' -s v -l version -d 'show the version'`,
    ...commands.map(({ name, describe }) => `complete -c ${program} -n '${first}' -a ${name} -d ${quoted(describe)}`),
    ...commands.flatMap((command) => commandLines(program, command)),
    '',
  ].join('\n');
}

function commandLines(program: string, command: Declaration): string[] {
  const start = `complete -c ${program} -n '__fish_seen_subcommand_from ${command.name}'`;
  const options = Object.entries(allOptions(command)).map(([key, option]) => optionLine(start, key, option));
  const words = command.arguments.map(
    ({ is }) => `${start} ${typeof is === 'string' ? '-F' : `-a ${quoted(is.join(' '))}`}`,
  );
  return [`${start} -s h -l help -d 'show help'`, ...options, ...new Set(words)];
}

/** `-s o -l output -d 'checkpoint to write' -r -F` */
function optionLine(start: string, key: string, option: Option): string {
  const short = option.alias ? ` -s ${option.alias}` : '';
  const line = `${start}${short} -l ${kebab(key)} -d ${quoted(option.description)}`;
  if (option.type === 'flag') return line;
  const values = valuesToComplete(option);
  if (values === undefined) return `${line} -x`;
  return typeof values === 'string' ? `${line} -r -F` : `${line} -x -a ${quoted(values.join(' '))}`;
}

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
