import { CharrnnError } from '../errors.js';
import { formatBytes, formatCount, visible } from '../format.js';

/** What is wrong with a checkpoint, without the name of its file, which the layers below `load` and `save` do not know. */
export class Fault extends Error {}

/** What each error of the file system means to a person, and what to do. */
const fileFaults: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; give the path of a checkpoint that charrnn train has written',
  EISDIR: 'is a folder, not a file; give the path of a file in it',
  ENOTDIR: 'a part of this path is a file, not a folder; give another path',
  EEXIST: 'a part of this path is a file, not a folder; give another path',
  EACCES: 'permission denied; change the permissions of the file or of its folder, or give another path',
  EPERM: 'permission denied; change the permissions of the file or of its folder, or give another path',
  EROFS: 'the file system is read-only; give another path',
  ENOSPC: 'no space left on the disk; make room, or give a path on another disk',
  EDQUOT: 'the disk quota is used up; make room, or give a path on another disk',
  EFBIG: 'the file is larger than its file system or ulimit -f allows; give a path on another disk',
  ELOOP: 'symbolic links that lead in a circle; give another path',
  ENAMETOOLONG: 'the name is too long for this file system; give a shorter one',
  ENXIO: 'nothing reads or writes at the other end; give the path of a file',
  EPIPE: 'the reader went away before the end; give the path of a file',
  EIO: 'the device reported a read or write error; give a path on another device',
};

/** Errors of a file that is too large for its place. */
const roomFaults = /^(ENOSPC|EDQUOT|EFBIG)$/;

/** The same error; one for want of room also says how much is needed. @param bytes size of the whole file */
export function sizedFault(error: unknown, bytes: number): unknown {
  const code = codeOf(error) ?? '';
  return roomFaults.test(code) ? new Fault(fileFaults[code].replace(';', ` (needs ${formatBytes(bytes)});`)) : error;
}

/** The code of an error of the file system, `ENOENT` for example. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** The one line that a user sees, beginning with the path; an error that is no fault of file or system as it is. */
export function userError(path: string, error: unknown): unknown {
  const message = error instanceof Fault ? error.message : systemFault(codeOf(error) ?? '');
  return message === undefined ? error : new CharrnnError(`${path}: ${message}`);
}

/** What an error of the system means, or nothing where the code is not one of the system's. */
function systemFault(code: string): string | undefined {
  const isOfSystem = /^E[A-Z0-9]+$/.test(code);
  return fileFaults[code] ?? (isOfSystem ? `cannot be read or written (${code}); give another path` : undefined);
}

/** A value of a document, short enough for a message. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return shortened(JSON.stringify(value) ?? 'missing');
}

/** The beginning of a text from a document, enough to find it. */
export const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

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
