import { visible } from './format.js';

/** Exit codes of the program: 0 done, 1 failure, 2 usage, 128 + the signal's number when interrupted. */
export type ExitCode = 0 | 1 | 2 | 129 | 130 | 143;

/** What the help of the program and of every command ends with. */
export const exitCodes = 'Exit codes: 0 done, 1 failure, 2 usage, 130 interrupted (143 by SIGTERM).';

/**
 * The one error that a user may meet. Its message is one line: subject, fault, the actual numbers, what to do. It may
 * quote names and texts as they are: what could break the line or change the terminal is made visible here.
 * Anything else that is thrown is a bug in charrnn and is shown with its stack.
 */
export class CharrnnError extends Error {
  /** @param exitCode 1 when the work failed, 2 when the command line was wrong */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(visible(message));
    this.name = 'CharrnnError';
  }
}
