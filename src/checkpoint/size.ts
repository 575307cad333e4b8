import type { ModelShape } from '../model/shape.js';
import { arrayGroups, product, requiredArrays } from './arrays.js';
import type { TrainingRecord } from './checkpoint.js';

/** Bytes of options, names and the first lines of the history. */
const SMALL_MEMBERS = 1500;
/** Bytes of an array beside its name and its data. */
const ARRAY_MEMBERS = 54;

/** About how many bytes the checkpoint of a run will have; its history adds a hundred for each validation. */
export function checkpointBytes(
  model: ModelShape,
  codePoints: readonly number[],
  options: TrainingRecord['options'],
): number {
  const required = requiredArrays(model, options);
  // The best weights are others than the latest, and these than their average; the rest is seldom there.
  const isValidated = options.validation > 0;
  const absent = [
    ...(isValidated || options.ema > 0 ? [] : ['latest']),
    ...(isValidated && options.ema > 0 ? [] : ['average']),
  ];
  const isThere = (group: string): boolean => group !== 'best' && !absent.includes(group);
  const arrays = arrayGroups.filter(isThere).flatMap((group) => required[group]);
  const base64 = (elements: number): number => 4 * Math.ceil((4 * elements) / 3);
  return arrays.reduce(
    (bytes, { name, shape }) => bytes + ARRAY_MEMBERS + name.length + base64(product(shape)),
    SMALL_MEMBERS + JSON.stringify(codePoints).length,
  );
}
