import type { ExitCode } from '../exit-codes.js';
import { file, flag, type OptionTable } from '../options/option.js';

/** An argument that is typed without an option. */
export interface Argument {
  readonly name: string;
  readonly describe: string;
  /** What may stand there: one of some words, or a file, with this extension unless it is ''. */
  readonly is: readonly string[] | string;
  readonly optional?: true;
  /** Takes all words that are left; only the last argument of a command does. */
  readonly repeated?: true;
}

/** The options of a command line as they were typed, by their keys: text, several texts, or true for a flag. */
export type Typed = Readonly<Record<string, string | readonly string[] | true>>;

/** A command line, read. */
export interface Invocation {
  /** The words of each argument, by its name; none of one that was not typed. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  readonly typed: Typed;
  /** Every command of the program, for those that speak of them. */
  readonly commands: readonly Declaration[];
}

/** Does what a command is for, and says how the program ends. */
export type Handler = (invocation: Invocation) => Promise<ExitCode>;

/**
 * What a command takes and does. From its declaration come the parser, the help, the completion and the manual. Only
 * the handler needs what the command works with, so that it alone is loaded when the command is typed.
 */
export interface Declaration {
  readonly name: string;
  readonly describe: string;
  readonly arguments: readonly Argument[];
  readonly options: OptionTable;
  /** Command lines, and what they do. */
  readonly examples: readonly (readonly [commandLine: string, what: string])[];
  readonly load: () => Promise<Handler>;
}

/** The options that every command has besides its own. */
export const commonOptions = {
  config: file('Configuration:', 'json', 'JSON file with values for options; what is typed takes precedence'),
  printConfig: flag('Configuration:', 'only write the values of all options, as --config reads them'),
  noColor: flag('Configuration:', 'no colours; the same as NO_COLOR=1'),
} as const satisfies OptionTable;

/** All options of a command, its own first. */
export const allOptions = ({ options }: Declaration): OptionTable => ({ ...options, ...commonOptions });

/** A command and its arguments as the help shows them: `train <corpus..>`. */
export function usageOf({ name, arguments: args }: Declaration): string {
  const words = args.map((argument) => {
    const word = `${argument.name}${argument.repeated ? '..' : ''}`;
    return argument.optional ? `[${word}]` : `<${word}>`;
  });
  return [name, ...words].join(' ');
}
