import { CharrnnError } from '../errors.js';
import { formatCount, visible } from '../format.js';

const faults: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ELOOP: 'symbolic links that lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENXIO: 'nothing can be read from it',
  EMFILE: 'too many files are open',
  EIO: 'the device reported a read error',
};

/** The code of an error of the file system, `ENOENT` for example. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** A file's name as messages show it: on one line. */
export const shownName = (name: string): string => visible(name) || "''";

/** The one line that a user sees when a file cannot be read; an error that is no fault of the file as it is. */
export function readFault(name: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  return new CharrnnError(`${shownName(name)}: ${faults[code] ?? `cannot be read (${code})`}`);
}

/** Up to `most` of the items, and how many more there are: `a, b and 7 more`. */
export function someOf(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(', ');
  return items.length > most ? `${shown} and ${formatCount(items.length - most)} more` : shown;
}
