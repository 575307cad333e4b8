import type { Argv } from 'yargs';
import type { ExitCode } from '../errors.js';

/** What yargs makes of a command line: the options as typed (text, or true for a flag), and the words without one. */
export type Parsed = Readonly<Record<string, unknown>>;

/** A yargs command module whose handler says how the program ends. What it needs is loaded inside the handler. */
export interface Command {
  readonly command: string;
  readonly describe: string;
  readonly builder: (yargs: Argv) => Argv;
  readonly handler: (parsed: Parsed) => Promise<ExitCode>;
}
