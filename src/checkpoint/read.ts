import { type FileHandle, open } from 'node:fs/promises';
import { isStandardInput } from '../files/paths.js';
import { userError } from '../files/system-errors.js';
import type { Checkpoint } from './checkpoint.js';
import { type Extent, emptyFile, readCheckpoint } from './read-stream.js';

/** Bytes per read. */
const CHUNK = 2 ** 18;

/**
 * Reads a checkpoint and checks everything it reads. Needs little memory beyond the arrays themselves.
 * @param path the path of a file or named pipe; `-` is standard input
 * @throws CharrnnError in one line about the first fault
 */
export async function loadCheckpoint(path: string, extent: Extent = 'all'): Promise<Checkpoint> {
  // /dev/stdin cannot be opened if it is a socket, as in a child process of Node.
  if (isStandardInput(path)) {
    return readCheckpoint(path === '-' ? 'standard input' : path, standardInput, 0, extent);
  }
  try {
    const file = await open(path, 'r');
    try {
      const stat = await file.stat();
      if (stat.isFile() && stat.size === 0) throw emptyFile();
      return await readCheckpoint(path, chunksOf(file), stat.isFile() ? stat.size : 0, extent);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw userError(path, error, 'give the path of a checkpoint written by charrnn train');
  }
}

/** Yields a file in chunks, each overwritten by the next. */
async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return;
    yield chunk.subarray(0, bytesRead);
  }
}

const standardInput: AsyncIterable<Uint8Array> = {
  async *[Symbol.asyncIterator]() {
    for await (const chunk of process.stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
  },
};
