import type { Stats } from 'node:fs';
import { lstat, mkdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { codeOf, Fault } from './system-errors.js';

const MAX_LINKS = 40;

/** Where a checkpoint goes that is written to a path. */
export interface Destination {
  /** The file to which all links lead, whether it exists or not. */
  readonly file: string;
  /** The existing file, if any. */
  readonly existing: Stats | undefined;
  /** Whether it is a standard stream, a pipe or a device: these are written directly, never replaced. */
  readonly isStream: boolean;
}

/** @throws Fault, or an error of the file system, if the path cannot be that of a file */
export async function destinationOf(path: string): Promise<Destination> {
  if (path === '' || path.endsWith('/') || path.endsWith(sep)) throw isFolder();
  const existing = await absentOr(stat(path));
  if (existing?.isDirectory()) throw isFolder();
  const isStream = isStandardStream(path) || (existing !== undefined && !existing.isFile());
  return { file: isStream ? path : await resolveLinks(path), existing, isStream };
}

/** Creates a folder and its parents, unless they exist. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw codeOf(error) === 'ENOENT'
      ? new Fault('a link in this path does not lead to a folder; give another path')
      : error;
  }
}

/** Returns what `found` resolves to, or undefined if there is no such file. */
export async function absentOr<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const isFolder = (): Fault => new Fault('is a folder, not a file; give the path of a file in it');

/** Standard streams are written directly, even if they lead to a file. */
const isStandardStream = (path: string): boolean => /^\/dev\/(stdout|stderr|fd\/)|^\/proc\//.test(path);

async function resolveLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const entry = await absentOr(lstat(target));
    if (!entry?.isSymbolicLink()) return target;
    target = resolve(await realpath(dirname(target)), await readlink(target));
  }
  throw new Fault('symbolic links form a loop; give another path');
}

/** Whether an argument names standard input. */
export const isStandardInput = (path: string | undefined): boolean => path === '-' || path === '/dev/stdin';
