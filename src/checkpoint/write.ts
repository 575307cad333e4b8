import { writeWhole } from '../files/atomic-write.js';
import { userError } from '../files/system-errors.js';
import type { ModelShape } from '../model/shape.js';
import type { TrainingConfig } from '../options/training-options.js';
import { arrayGroups, product, requiredArrays } from './arrays.js';
import type { Checkpoint } from './checkpoint.js';
import { checkpointText } from './checkpoint-text.js';

/** Bytes of options, names and the first history entries. */
const SMALL_MEMBERS = 1500;
/** Bytes of an array, not counting its name and its data. */
const ARRAY_MEMBERS = 54;

/** Estimates the size of a run's checkpoint in bytes; its history adds a hundred for each validation. */
export function checkpointBytes(model: ModelShape, codePoints: readonly number[], config: TrainingConfig): number {
  const required = requiredArrays(model, config);
  // The best weights differ from the latest, and these from their average; other arrays are rarely present.
  const isValidated = config.data.validation > 0;
  const isAveraged = config.optimizer.ema > 0;
  const absent = [...(isValidated || isAveraged ? [] : ['latest']), ...(isValidated && isAveraged ? [] : ['average'])];
  const isPresent = (group: string): boolean => group !== 'best' && !absent.includes(group);
  const arrays = arrayGroups.filter(isPresent).flatMap((group) => required[group]);
  const base64 = (elements: number): number => 4 * Math.ceil((4 * elements) / 3);
  return arrays.reduce(
    (bytes, { name, shape }) => bytes + ARRAY_MEMBERS + name.length + base64(product(shape)),
    SMALL_MEMBERS + JSON.stringify(codePoints).length,
  );
}

/**
 * Writes a checkpoint. Readers see either the old file or the new one, never a part, even after a crash or failure.
 * Links are kept and their targets replaced; anything but a regular file (a pipe, a device) is written directly.
 * @returns the size of the file
 * @throws CharrnnError in one line; the old file is untouched. Also thrown if the checkpoint could not be read back
 */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<{ bytes: number }> {
  try {
    return await writeWhole(path, checkpointText(checkpoint));
  } catch (error) {
    throw userError(path, error);
  }
}
