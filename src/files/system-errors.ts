import { CharrnnError, line, type Message } from '../errors.js';
import { formatBytes, shownName } from '../format.js';

/** A fault of a file, without the file's name, which the lower layers do not know. */
export class Fault extends Error {}

/** Each system error in plain words, and the remedy when a file is to be opened or written. */
const systemErrors: Readonly<Record<string, readonly [fault: string, remedy: string]>> = {
  ENOENT: ['no such file', 'give another path'],
  EISDIR: ['is a folder, not a file', 'give the path of a file in it'],
  ENOTDIR: ['a part of this path is a file, not a folder', 'give another path'],
  EEXIST: ['a part of this path is a file, not a folder', 'give another path'],
  EACCES: ['permission denied', 'change the permissions of the file or of its folder, or give another path'],
  EPERM: ['permission denied', 'change the permissions of the file or of its folder, or give another path'],
  EROFS: ['the file system is read-only', 'give another path'],
  ENOSPC: ['no space left on the disk', 'make room, or give a path on another disk'],
  EDQUOT: ['the disk quota is used up', 'make room, or give a path on another disk'],
  EFBIG: ['the file is larger than its file system or ulimit -f allows', 'give a path on another disk'],
  ELOOP: ['symbolic links form a loop', 'give another path'],
  EMFILE: ['too many open files', 'close some, or raise ulimit -n'],
  ENAMETOOLONG: ['the name is too long for this file system', 'give a shorter one'],
  ENXIO: ['nothing reads or writes at the other end', 'give the path of a file'],
  EPIPE: ['the reader stopped reading before the end', 'give the path of a file'],
  EIO: ['the device reported a read or write error', 'give a path on another device'],
};

/** The code of a system error, such as `ENOENT`. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The meaning of a system error and its remedy; undefined for other errors. */
function meaningOf(error: unknown): readonly [fault: string, remedy: string] | undefined {
  const code = codeOf(error) ?? '';
  // Node checks some calls itself: ERR_FS_EISDIR.
  if (code.startsWith('ERR_FS_')) return systemErrors[code.slice('ERR_FS_'.length)];
  if (!/^E[A-Z0-9]+$/.test(code)) return undefined;
  return systemErrors[code] ?? [`cannot be read or written (${code})`, 'give another path'];
}

/** The meaning of a system error in a few words; for other errors, Node's message. */
export const faultIn = (error: Error): string => meaningOf(error)?.[0] ?? error.message;

/** The errors of a file that is too large for its destination. */
const roomErrors = /^(ENOSPC|EDQUOT|EFBIG)$/;

/** Returns the error; if space is lacking, it also says how much is needed. @param bytes size of the whole file */
export function sizedFault(error: unknown, bytes: number): unknown {
  const meaning = roomErrors.test(codeOf(error) ?? '') ? meaningOf(error) : undefined;
  return meaning ? new Fault(`${meaning[0]} (needs ${formatBytes(bytes)}); ${meaning[1]}`) : error;
}

/**
 * Turns a file or system error into the line that the user sees, which starts with the path; returns other errors as
 * they are.
 * @param absent the remedy if there is no such file
 */
export function userError(path: Message, error: unknown, absent?: string): unknown {
  if (error instanceof Fault) return new CharrnnError(line`${path}: ${error.message}`);
  const meaning = meaningOf(error);
  if (!meaning) return error;
  const [fault, remedy] = meaning;
  return new CharrnnError(line`${path}: ${fault}; ${(codeOf(error) === 'ENOENT' && absent) || remedy}`);
}

/** Does the same for a text that cannot be read, without a remedy. */
export function readFault(name: string, error: unknown): unknown {
  const meaning = meaningOf(error);
  return meaning ? new CharrnnError(`${shownName(name)}: ${meaning[0]}`) : error;
}
