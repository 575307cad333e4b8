import type { ExitCode } from '../errors.js';
import { file, flag, type OptionTable } from '../options/option.js';

/** A positional argument. */
export interface Argument {
  readonly name: string;
  readonly describe: string;
  /** Allowed values: a list of words, or a file with this extension ('' for any). */
  readonly is: readonly string[] | string;
  readonly optional?: true;
  /** Takes all remaining words; only allowed for the last argument of a command. */
  readonly repeated?: true;
}

/** The options of a command line as typed, by their keys: a text, several texts, or true for a flag. */
export type Typed = Readonly<Record<string, string | readonly string[] | true>>;

/** A parsed command line. */
export interface Invocation {
  /** The words of each argument, by its name; empty for one that was not typed. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly typed: Typed;
  /** All commands of the program, for commands that describe them. */
  readonly commands: readonly Declaration[];
}

/** Runs a command. @returns the exit code of the program */
export type Handler = (invocation: Invocation) => Promise<ExitCode>;

/**
 * What a command takes and does. The parser, help, completion and manual are derived from it. The handler and its
 * imports are loaded only when the command runs.
 */
export interface Declaration {
  readonly name: string;
  readonly describe: string;
  readonly arguments: readonly Argument[];
  readonly options: OptionTable;
  /** Command lines with descriptions. */
  readonly examples: readonly (readonly [commandLine: string, what: string])[];
  /** Whether several processes that a launcher has started carry it out together. */
  readonly isSharedByRanks?: true;
  readonly load: () => Promise<Handler>;
}

/** The options that every command has in addition to its own. */
export const commonOptions = {
  config: file('Configuration:', 'json', 'JSON file with values for options; the command line takes precedence'),
  printConfig: flag('Configuration:', 'only print the values of all options, as --config reads them'),
  noColor: flag('Configuration:', 'no colours; the same as NO_COLOR=1'),
} as const satisfies OptionTable;

/** All options of a command, its own first. */
export const allOptions = ({ options }: Declaration): OptionTable => ({ ...options, ...commonOptions });

/** Formats a command and its arguments for the help: `train <corpus..>`. */
export function usageOf({ name, arguments: args }: Declaration): string {
  const words = args.map((argument) => {
    const word = `${argument.name}${argument.repeated ? '..' : ''}`;
    return argument.optional ? `[${word}]` : `<${word}>`;
  });
  return [name, ...words].join(' ');
}
