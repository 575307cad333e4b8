import { Fault, userError } from '../files/system-errors.js';
import { arrayGroups, product } from './arrays.js';
import { FloatSink } from './base64.js';
import type { Checkpoint } from './checkpoint.js';
import { JsonStream, type JsonVisitor, shortened } from './json-stream.js';
import { checkFormat, checkpointOf, checkVersion } from './validate.js';

const arrayMembers: ReadonlySet<string> = new Set(arrayGroups);
/** The members of a checkpoint of this version; others are skipped. */
const knownMembers = new Set(['format', 'version', 'model', 'vocabulary', 'training', ...arrayGroups]);

/**
 * How much of a checkpoint to read: all of it; only the model; the model and its training record, without the arrays
 * that only resuming needs; or these and the moments, for a model that continues to learn. The rest is skipped, neither
 * decoded nor checked, but the file must still be complete.
 */
export type Extent = 'all' | 'model' | 'record' | 'moments';

const members: Readonly<Record<Extent, ReadonlySet<string>>> = {
  all: knownMembers,
  model: new Set(['format', 'version', 'model', 'vocabulary', 'parameters']),
  record: new Set(['format', 'version', 'model', 'vocabulary', 'training', 'parameters']),
  moments: new Set(['format', 'version', 'model', 'vocabulary', 'training', 'parameters', 'moments']),
};

/**
 * Reads a checkpoint from a stream of bytes. Chunks may have any size, and may be overwritten once the next one is
 * requested.
 * @param name the name of the source, for messages
 * @param size the size in bytes, 0 if unknown
 * @throws CharrnnError in one line about the first fault
 */
export async function readCheckpoint(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  size = 0,
  extent: Extent = 'all',
): Promise<Checkpoint> {
  try {
    // A newer version may differ in everything else, so its number is checked as soon as it arrives.
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
    return checkpointOf(json.end(), (group) => members[extent].has(group));
  } catch (error) {
    throw userError(name, error);
  }
}

export const emptyFile = (): Fault => new Fault('is empty, not a charrnn checkpoint; give the path of one');

/** Decides about each member: decodes arrays as they arrive, skips the rest. @param size the size of the input */
function fateOf(size: number, extent: Extent): JsonVisitor['before'] {
  return (path, owner, offset) => {
    if (path.length === 1) return members[extent].has(path[0]) ? 'keep' : 'skip';
    const [group, name, member] = path;
    if (path.length !== 3 || member !== 'data' || !arrayMembers.has(group)) return 'keep';
    // Four base64 characters are three bytes; four bytes are one number.
    const room = ((size - offset) * 3) / 16;
    return new FloatSink(`${group} ${shortened(name)}`, elementsOf(owner.shape), room);
  };
}

/** The number of elements in an array, if its shape comes before its data. */
function elementsOf(shape: unknown): number | undefined {
  const isLength = (n: unknown): n is number => typeof n === 'number' && Number.isSafeInteger(n) && n >= 0;
  if (!Array.isArray(shape) || !shape.every(isLength)) return undefined;
  const size = product(shape);
  return Number.isSafeInteger(4 * size) ? size : undefined;
}
