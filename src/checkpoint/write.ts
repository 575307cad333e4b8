import type { Checkpoint } from './checkpoint.js';
import { userError } from './faults.js';
import { writeWhole } from './file.js';
import { documentPieces, joined } from './layout.js';

/** Characters that are written at once. */
const PIECE = 2 ** 18;

/**
 * Writes a checkpoint. A reader, a crash and a failure find either the old file or the new one, never a part.
 * A link stays and what it points to is replaced; what is no regular file (a pipe, a device) is written directly.
 * @returns the size of the file
 * @throws CharrnnError one line, the old file untouched: also when the checkpoint could not be read again
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<{ bytes: number }> {
  try {
    const { checkpointOf, documentOf } = await import('./validate.js');
    const document = documentOf(checkpointOf(documentOf(checkpoint)));
    return await writeWhole(path, joined(documentPieces(document), PIECE));
  } catch (error) {
    throw userError(path, error);
  }
}
