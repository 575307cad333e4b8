import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import fastGlob from 'fast-glob';
import { CharrnnError } from '../errors.js';
import { formatCount, formatMemory } from '../format.js';
import { thisMachine } from '../machine.js';
import type { Encoding } from '../options.js';
import { isStandardInput } from '../standard-input.js';
import { codeOf, readFault, shownName, someOf } from './faults.js';
import { filesBelow, inByteOrder, isText } from './folder.js';

/** Bytes that are read at a time. */
const PIECE = 1024 * 1024;

/** One text of a corpus. */
export interface Source {
  /** Its name in messages. */
  readonly name: string;
  /** Its bytes in pieces, from the start each time. @throws CharrnnError if it cannot be read */
  read(): AsyncIterable<Uint8Array>;
}

export interface SourceSettings {
  readonly encoding: Encoding;
  /** What `-` reads; `process.stdin` if not given. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: string) => void;
}

/**
 * The sources that corpus arguments name, in their order: files, folders, globs, pipes, and `-` for standard input.
 * Files below a folder that are not text are left out, with one notice. What is named twice is there once.
 *
 * @throws CharrnnError when an argument names nothing
 */
export async function findSources(args: readonly string[], settings: SourceSettings): Promise<Source[]> {
  const sources = new Map<string, Source>();
  const skipped = new Set<string>();
  const add = (key: string, source: Source): void => {
    if (!sources.has(key)) sources.set(key, source);
  };
  const addFile = async (path: string): Promise<void> => add(await identity(path), file(path));
  for (const arg of args) {
    const kind = await kindOf(arg);
    if (kind === 'stdin')
      add(
        '-',
        kept('standard input', () => settings.stdin ?? process.stdin),
      );
    else if (kind === 'pipe')
      add(
        arg,
        kept(shownName(arg), () => pieces(arg)),
      );
    else if (kind === 'file') await addFile(arg);
    else if (kind === 'glob') for (const path of await filesOfGlob(arg)) await addFile(path);
    else for (const path of await textsOfFolder(arg, settings.encoding, skipped)) await addFile(path);
  }
  if (skipped.size > 0) {
    const what = skipped.size === 1 ? '1 file that is' : `${formatCount(skipped.size)} files that are`;
    settings.onNotice(`skipped ${what} not text: ${someOf([...skipped].map(shownName), 3)}`);
  }
  return [...sources.values()];
}

/** What an argument is; a file of that name comes before a glob. */
async function kindOf(arg: string): Promise<'stdin' | 'file' | 'folder' | 'pipe' | 'glob'> {
  if (isStandardInput(arg)) return 'stdin';
  try {
    const status = await stat(arg);
    return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'pipe';
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR', 'EINVAL'].includes(codeOf(error) ?? '');
    if (missing && arg !== '' && fastGlob.isDynamicPattern(arg)) return 'glob';
    throw readFault(arg, error);
  }
}

async function filesOfGlob(pattern: string): Promise<string[]> {
  const paths = await fastGlob(pattern, { dot: false }).catch((error: unknown) => {
    throw readFault(pattern, error);
  });
  if (paths.length === 0) throw new CharrnnError(`'${shownName(pattern)}': no file matches`);
  return paths.sort(inByteOrder);
}

async function textsOfFolder(folder: string, encoding: Encoding, skipped: Set<string>): Promise<string[]> {
  const paths = await filesBelow(folder);
  const texts: string[] = [];
  for (const path of paths) {
    if (await isText(path, encoding)) texts.push(path);
    else skipped.add(path);
  }
  if (texts.length > 0) return texts;
  const why = paths.length > 0 ? `none of its ${formatCount(paths.length)} files is text` : 'no file in it';
  throw new CharrnnError(`${shownName(folder)}: ${why}; give a folder with text files`);
}

/** The same for every path of a file. */
async function identity(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw readFault(path, error);
  }
}

const file = (path: string): Source => ({ name: shownName(path), read: () => pieces(path) });

async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE });
  } catch (error) {
    throw readFault(path, error);
  }
}

/**
 * A source that can be read but once, whose bytes are therefore kept.
 *
 * @throws CharrnnError when it is longer than the memory that is free
 */
export function kept(
  name: string,
  open: () => AsyncIterable<Uint8Array>,
  room: number = thisMachine().available,
): Source {
  let memory: Uint8Array[] | undefined;
  return {
    name,
    async *read() {
      if (memory) return yield* memory;
      const all: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of open()) {
        bytes += piece.length;
        if (bytes > room) {
          const fault = `longer than the memory that is free, ${formatMemory(room)}`;
          throw new CharrnnError(`${name}: ${fault}; give it as a file, which is read in pieces`);
        }
        all.push(piece);
        yield piece;
      }
      memory = all;
    },
  };
}
