import type { ExitCode } from '../errors.js';
import type { OptionTable } from '../options.js';

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
