import { open } from 'node:fs/promises';
import { arrayGroups, product } from './arrays.js';
import { FloatSink } from './base64.js';
import type { Checkpoint } from './checkpoint.js';
import { Fault, userError } from './faults.js';
import { type JsonObject, JsonStream, type JsonVisitor } from './json-stream.js';

/** Bytes that are read at once. */
const CHUNK = 2 ** 18;

const arrayMembers: ReadonlySet<string> = new Set(arrayGroups);
/** What a checkpoint of this version is made of; other members are skipped. */
const knownMembers = new Set(['format', 'version', 'model', 'vocabulary', 'training', ...arrayGroups]);

/**
 * Reads a checkpoint and checks all of it. Memory beyond the arrays themselves stays small.
 * @param path of a file or a named pipe; `-` is standard input
 * @throws CharrnnError one line about the first fault
 */
export async function loadCheckpoint(path: string): Promise<Checkpoint> {
  try {
    // Loaded here, so that commands that read no checkpoint do not wait for the schema.
    const { checkFormat, checkpointOf, checkVersion } = await import('./validate.js');
    // A newer version may differ in anything else, so that its number is looked at as soon as it is there.
    const after: JsonVisitor['after'] = (at, value) => {
      if (at.length === 1 && at[0] === 'format') checkFormat(value);
      if (at.length === 1 && at[0] === 'version') checkVersion(value);
    };
    // /dev/stdin cannot be opened where it is a socket, as below another Node.
    const isInput = path === '-' || path === '/dev/stdin';
    return checkpointOf(await (isInput ? readStandardInput(after) : readFile(path, after)));
  } catch (error) {
    throw userError(path === '-' ? 'standard input' : path, error);
  }
}

async function readFile(path: string, after: JsonVisitor['after']): Promise<JsonObject> {
  const file = await open(path, 'r');
  try {
    const stat = await file.stat();
    if (stat.isFile() && stat.size === 0) throw emptyFile();
    const json = new JsonStream({ before: fateOf(stat.isFile() ? stat.size : 0), after });
    const chunk = Buffer.allocUnsafe(CHUNK);
    let total = 0;
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      total += bytesRead;
      json.write(chunk.subarray(0, bytesRead));
    }
    if (total === 0) throw emptyFile();
    return json.end();
  } finally {
    await file.close();
  }
}

async function readStandardInput(after: JsonVisitor['after']): Promise<JsonObject> {
  const json = new JsonStream({ before: fateOf(0), after });
  let total = 0;
  for await (const chunk of process.stdin) {
    const bytes: Buffer = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    total += bytes.length;
    json.write(bytes);
  }
  if (total === 0) throw emptyFile();
  return json.end();
}

const emptyFile = (): Fault => new Fault('is empty, not a charrnn checkpoint; give the path of one');

/** What becomes of each member: arrays are decoded as they come, unknown members are skipped. @param size of the input */
function fateOf(size: number): JsonVisitor['before'] {
  return (path, owner, offset) => {
    if (path.length === 1) return knownMembers.has(path[0]) ? 'keep' : 'skip';
    const [group, name, member] = path;
    if (path.length !== 3 || member !== 'data' || !arrayMembers.has(group)) return 'keep';
    // Four characters of base64 are three bytes, four bytes are one number.
    const room = ((size - offset) * 3) / 16;
    return new FloatSink(`${group} ${name}`, elementsOf(owner.shape), room);
  };
}

/** Elements of an array, if its shape stands before its data. */
function elementsOf(shape: unknown): number | undefined {
  const isLength = (n: unknown): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0;
  if (!Array.isArray(shape) || !shape.every(isLength)) return undefined;
  const size = product(shape);
  return Number.isSafeInteger(4 * size) ? size : undefined;
}
