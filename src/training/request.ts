// What a run may not write to, and how.

import { realpath } from 'node:fs/promises';
import { CharrnnError } from '../errors.js';
import type { TrainRequest } from './train.js';

/** What a run writes to a stream, which takes one checkpoint: no saves before the last one, and no copies. */
export function checkStream({ output, origin, keep, given, onEvent }: TrainRequest): void {
  if (origin.resume === output) {
    throw new CharrnnError(`--resume ${output}: a stream cannot be written back; give an --output`, 2);
  }
  if (keep > 0) {
    throw new CharrnnError(
      `--keep ${keep}: ${output} is a stream and takes one checkpoint; give a file as --output`,
      2,
    );
  }
  const message = `${output}: a stream takes one checkpoint; nothing is saved before the end`;
  onEvent({ event: 'notice', kind: given.has('save-every') ? 'adapted' : 'hint', message });
}

/**
 * A folder that is read may hold the checkpoint of the run before.
 * @throws CharrnnError where a run would write over a text that it reads
 */
export async function refuseOwnText(output: string, sources: readonly string[]): Promise<void> {
  const own = await real(output);
  for (const source of own === undefined ? [] : sources) {
    if ((await real(source)) !== own) continue;
    throw new CharrnnError(`${output}: is one of the texts to train on; give another --output, or take it out of them`);
  }
}

/** What is no file of that name is no file that is written. */
const real = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
