import type { ExitCode } from '../errors.js';
import { file, flag, type OptionTable } from '../options/option.js';

/** What yargs makes of a command line: the options as typed (text, or true for a flag), and the words without one. */
export type Parsed = Readonly<Record<string, unknown>>;

/** An argument that is typed without an option. */
export interface Argument {
  readonly describe: string;
  /** What may stand there: one of some words, or a file, with this extension unless it is ''. */
  readonly is: readonly string[] | string;
}

/**
 * What a command takes and does. From its declarations come the parser, the help, the completion and the manual; what
 * its handler needs is loaded inside the handler.
 */
export interface Command {
  readonly options: OptionTable;
  readonly arguments: Readonly<Record<string, Argument>>;
  /** Command lines, $0 the program, and what they do. */
  readonly examples: readonly (readonly [commandLine: string, what: string])[];
  /** Says how the program ends. */
  readonly handler: (parsed: Parsed) => Promise<ExitCode>;
}

/** A command as the help of the program knows it. The rest of it is loaded when it is typed. */
export interface Entry {
  readonly name: string;
  /** As yargs wants it: `train <corpus..>`. */
  readonly command: string;
  readonly describe: string;
  readonly load: () => Promise<Command>;
}

/** The options that every command has besides its own. */
export const commonOptions = {
  config: file('Configuration:', 'json', 'JSON file with values for options; what is typed comes before it'),
  'print-config': flag('Configuration:', 'only write the values of all options, as --config reads them'),
  'no-color': flag('Configuration:', 'no colours; the same as NO_COLOR=1'),
} as const satisfies OptionTable;
