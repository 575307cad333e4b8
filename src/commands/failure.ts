import { CharrnnError, type ExitCode } from '../errors.js';
import { visible } from '../format.js';
import { sayBug, sayError } from '../terminal/messages.js';

/** Reports an error that ends the program. @param who whose error it is, if there are several @returns its exit code */
export async function reportFailure(error: unknown, who = ''): Promise<ExitCode> {
  if (!(error instanceof CharrnnError)) {
    sayBug(error);
    return 1;
  }
  const { spelledText } = await import('./spelling.js');
  sayError(`${who}${visible(spelledText(error.line))}`);
  return error.exitCode;
}
