import { createReadStream } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { codeOf, readFault } from '../files/system-errors.js';
import { formatCount, formatMemory, shownName, someOf } from '../format.js';
import { thisMachine } from '../machine.js';
import type { Encoding } from '../options/training-options.js';
import { createDecoder } from './decode.js';

/** Bytes at the start of a file that show whether it is text. */
const GLANCE = 64 * 1024;

/** Compares strings in byte order, the same on every machine and in every locale. */
export const inByteOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Lists the paths of all files below a folder in byte order, except hidden files and folders and node_modules. Follows
 * links, but enters no folder twice.
 *
 * @throws CharrnnError at a folder that cannot be read
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const entered = new Set<string>();
  const files: string[] = [];
  const enter = async (path: string): Promise<void> => {
    try {
      const real = await realpath(path);
      if (entered.has(real)) return;
      entered.add(real);
      for (const name of (await readdir(path)).sort(inByteOrder)) {
        if (name.startsWith('.') || name === 'node_modules') continue;
        await visit(posix.join(path, name));
      }
    } catch (error) {
      throw readFault(path, error);
    }
  };
  const visit = async (path: string): Promise<void> => {
    const status = await stat(path).catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ELOOP') return undefined; // a link to nothing
      throw readFault(path, error);
    });
    if (status?.isDirectory()) await enter(path);
    else if (status?.isFile()) files.push(path);
  };
  await enter(folder);
  return files.sort(inByteOrder);
}

/** Whether a file looks like text: its first 64 KiB have no NUL and nothing that is invalid in this encoding. */
export async function isText(path: string, encoding: Encoding): Promise<boolean> {
  const bytes = await readStart(path);
  if (bytes.includes(0)) return false;
  const decoder = createDecoder(encoding, path);
  try {
    decoder.decode(bytes, new Uint32Array(bytes.length));
    if (bytes.length < GLANCE) decoder.end();
    return true;
  } catch (error) {
    if (error instanceof CharrnnError) return false;
    throw error;
  }
}

async function readStart(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(GLANCE), 0, GLANCE, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw readFault(path, error);
  }
}

/** Bytes per read. */
const PIECE = 1024 * 1024;

/** A text of a corpus. */
export interface Source {
  /** Its name in messages. */
  readonly name: string;
  /** Reads its bytes in pieces, from the start at each call. @throws CharrnnError if it cannot be read */
  read(): AsyncIterable<Uint8Array>;
}

export interface SourceSettings {
  readonly encoding: Encoding;
  /** What `-` reads; `process.stdin` if not given. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  readonly onNotice: (message: string) => void;
  /** Whether each source is read only once, so that pipes need not be buffered. */
  readonly isReadOnce?: boolean;
}

/**
 * Finds the sources that corpus arguments name, in their order: files, folders, globs, pipes, and `-` for standard
 * input. Skips files below a folder that are not text, with one notice. A source named twice is included once.
 *
 * @throws CharrnnError if an argument names nothing
 */
export async function findSources(args: readonly string[], settings: SourceSettings): Promise<Source[]> {
  const sources = new Map<string, Source>();
  const skipped = new Set<string>();
  const add = (key: string, source: Source): void => {
    if (!sources.has(key)) sources.set(key, source);
  };
  const stream = (name: string, open: () => AsyncIterable<Uint8Array>): Source =>
    settings.isReadOnce ? { name, read: open } : kept(name, open);
  const addFile = async (path: string): Promise<void> => add(await identity(path), file(path));
  for (const arg of args) {
    const kind = await kindOf(arg);
    if (kind === 'stdin')
      add(
        '-',
        stream('standard input', () => settings.stdin ?? process.stdin),
      );
    else if (kind === 'pipe')
      add(
        arg,
        stream(shownName(arg), () => pieces(arg)),
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

/** What an argument names; an existing file takes precedence over a glob. */
export async function kindOf(arg: string): Promise<'stdin' | 'file' | 'folder' | 'pipe' | 'glob'> {
  if (isStandardInput(arg)) return 'stdin';
  try {
    const status = await stat(arg);
    return status.isDirectory() ? 'folder' : status.isFile() ? 'file' : 'pipe';
  } catch (error) {
    const missing = ['ENOENT', 'ENOTDIR', 'EINVAL'].includes(codeOf(error) ?? '');
    if (missing && arg !== '' && (await glob()).isDynamicPattern(arg)) return 'glob';
    throw readFault(arg, error);
  }
}

/** Loaded only for what is not a path: it takes longer than the rest of a start. */
const glob = async () => (await import('fast-glob')).default;

/** Lists the files that a glob matches, in byte order. @throws CharrnnError if there are none */
export async function filesOfGlob(pattern: string): Promise<string[]> {
  const paths = await (await glob())(pattern, { dot: false }).catch((error: unknown) => {
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
  const why = paths.length > 0 ? `none of its ${formatCount(paths.length)} files is text` : 'no files in it';
  throw new CharrnnError(`${shownName(folder)}: ${why}; give a folder with text files`);
}

/** A key that is the same for every path of a file. */
export async function identity(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw readFault(path, error);
  }
}

/** A file as a source. */
export const file = (path: string): Source => ({ name: shownName(path), read: () => pieces(path) });

async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: PIECE });
  } catch (error) {
    throw readFault(path, error);
  }
}

/**
 * A source that can be read only once, so its bytes are kept.
 *
 * @throws CharrnnError if it is longer than the free memory
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
          const fault = `longer than the free memory, ${formatMemory(room)}`;
          throw new CharrnnError(`${name}: ${fault}; give it as a file, which is read in pieces`);
        }
        all.push(piece);
        yield piece;
      }
      memory = all;
    },
  };
}
