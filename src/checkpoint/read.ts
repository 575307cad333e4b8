import { type FileHandle, open } from 'node:fs/promises';
import { isStandardInput } from '../files/paths.js';
import { Fault, shortened, userError } from '../files/system-errors.js';
import { arrayGroups, product } from './arrays.js';
import { FloatSink } from './base64.js';
import type { Checkpoint } from './checkpoint.js';
import { JsonStream, type JsonVisitor } from './json-stream.js';

/** Bytes that are read at once. */
const CHUNK = 2 ** 18;

const arrayMembers: ReadonlySet<string> = new Set(arrayGroups);
/** What a checkpoint of this version is made of; other members are skipped. */
const knownMembers = new Set(['format', 'version', 'model', 'vocabulary', 'training', ...arrayGroups]);
/** Those that only training reads. */
const trainingMembers = new Set(['training', ...arrayGroups.filter((group) => group !== 'parameters')]);

/**
 * Reads a checkpoint and checks all of it. Memory beyond the arrays themselves stays small.
 * @param path of a file or a named pipe; `-` is standard input
 * @throws CharrnnError one line about the first fault
 */
export function loadCheckpoint(path: string): Promise<Checkpoint> {
  return load(path, 'all');
}

/**
 * As `loadCheckpoint`, without `training`: what it takes to go on with the training is skipped, not decoded, and not
 * checked. The file must be whole all the same.
 */
export function loadModel(path: string): Promise<Model> {
  return load(path, 'model');
}

/** What a checkpoint holds beside the training. */
export type Model = Omit<Checkpoint, 'training'>;
/** What is read of a checkpoint. */
type Extent = 'all' | 'model';

async function load(path: string, extent: Extent): Promise<Checkpoint> {
  // /dev/stdin cannot be opened where it is a socket, as below another Node.
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
    throw userError(path, error);
  }
}

/**
 * The checkpoint in a stream of bytes. How they are cut into chunks is of no account; a chunk may be overwritten when
 * the next one is asked for.
 * @param name of the source, for messages
 * @param size in bytes, 0 if it is not known
 * @throws CharrnnError one line about the first fault
 */
export async function readCheckpoint(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  size = 0,
  extent: Extent = 'all',
): Promise<Checkpoint> {
  try {
    // Loaded here, so that commands that read no checkpoint do not wait for the schema.
    const { checkFormat, checkpointOf, checkVersion } = await import('./validate.js');
    // A newer version may differ in anything else, so that its number is looked at as soon as it is there.
    const after: JsonVisitor['after'] = (at, value) => {
      if (at.length === 1 && at[0] === 'format') checkFormat(value);
      if (at.length === 1 && at[0] === 'version') checkVersion(value);
    };
    const json = new JsonStream({ before: fateOf(size, extent), after });
    let total = 0;
    for await (const chunk of chunks) {
      total += chunk.length;
      json.write(chunk);
    }
    if (total === 0) throw emptyFile();
    return checkpointOf(json.end());
  } catch (error) {
    throw userError(name, error);
  }
}

/** A file in chunks, each overwritten by the next. */
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

const emptyFile = (): Fault => new Fault('is empty, not a charrnn checkpoint; give the path of one');

/** What becomes of each member: arrays are decoded as they come, what is not wanted is skipped. @param size of the input */
function fateOf(size: number, extent: Extent): JsonVisitor['before'] {
  const isWanted = (member: string): boolean =>
    knownMembers.has(member) && (extent === 'all' || !trainingMembers.has(member));
  return (path, owner, offset) => {
    if (path.length === 1) return isWanted(path[0]) ? 'keep' : 'skip';
    const [group, name, member] = path;
    if (path.length !== 3 || member !== 'data' || !arrayMembers.has(group)) return 'keep';
    // Four characters of base64 are three bytes, four bytes are one number.
    const room = ((size - offset) * 3) / 16;
    return new FloatSink(`${group} ${shortened(name)}`, elementsOf(owner.shape), room);
  };
}

/** Elements of an array, if its shape stands before its data. */
function elementsOf(shape: unknown): number | undefined {
  const isLength = (n: unknown): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0;
  if (!Array.isArray(shape) || !shape.every(isLength)) return undefined;
  const size = product(shape);
  return Number.isSafeInteger(4 * size) ? size : undefined;
}
