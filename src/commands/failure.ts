import { CharrnnError, type ExitCode } from '../errors.js';
import { visible } from '../format.js';
import { sayBug, sayError } from '../terminal/messages.js';

/** The exit code of the program that an error ends. */
export const exitCodeOf = (error: unknown): ExitCode => (error instanceof CharrnnError ? error.exitCode : 1);

/** Reports an error that ends the program. @param who whose error it is, if there are several @returns its exit code */
export async function reportFailure(error: unknown, who = ''): Promise<ExitCode> {
  if (!(error instanceof CharrnnError)) {
    sayBug(error);
    return exitCodeOf(error);
  }
  const { spelledText } = await import('./spelling.js');
  sayError(`${who}${visible(spelledText(error.line))}`);
  return error.exitCode;
}
