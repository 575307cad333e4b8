import type { Stats } from 'node:fs';
import { lstat, mkdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { codeOf, Fault } from './system-errors.js';

const MAX_LINKS = 40;

/** Where a checkpoint goes that is written to some path. */
export interface Destination {
  /** The file behind all links, be it there or not. */
  readonly file: string;
  /** What is there now. */
  readonly existing: Stats | undefined;
  /** A standard stream, a pipe or a device: written as it is, never replaced. */
  readonly isStream: boolean;
}

/** @throws Fault or an error of the file system, where no file can be */
export async function destinationOf(path: string): Promise<Destination> {
  if (path === '' || path.endsWith('/') || path.endsWith(sep)) throw isFolder();
  const existing = await absentOr(stat(path));
  if (existing?.isDirectory()) throw isFolder();
  const isStream = isStandardStream(path) || (existing !== undefined && !existing.isFile());
  return { file: isStream ? path : await behindLinks(path), existing, isStream };
}

/** Makes a folder and those above it, unless they are there. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw codeOf(error) === 'ENOENT' ? new Fault('a link in this path leads to no folder; give another path') : error;
  }
}

/** What `found` gives, or nothing where there is no such file. */
export async function absentOr<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const isFolder = (): Fault => new Fault('is a folder, not a file; give the path of a file in it');

/** Standard streams are written as they are, even where they lead to a file. */
const isStandardStream = (path: string): boolean => /^\/dev\/(stdout|stderr|fd\/)|^\/proc\//.test(path);

async function behindLinks(path: string): Promise<string> {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const entry = await absentOr(lstat(target));
    if (!entry?.isSymbolicLink()) return target;
    target = resolve(await realpath(dirname(target)), await readlink(target));
  }
  throw new Fault('symbolic links that lead in a circle; give another path');
}

/** Whether an argument names standard input. */
export const isStandardInput = (path: string | undefined): boolean => path === '-' || path === '/dev/stdin';
