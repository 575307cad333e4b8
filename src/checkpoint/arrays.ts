import { Fault } from '../files/system-errors.js';
import type { TensorShape } from '../kernels/kernels.js';
import { momentPrefix } from '../model/parameters.js';
import { type ModelShape, parameterShapes, stateShapes } from '../model/shape.js';
import { momentsOf, type TrainingConfig } from '../options/training-options.js';
import type { NamedArray } from './checkpoint.js';
import { JsonObject, shown } from './json-stream.js';

/** The members of a checkpoint that hold arrays by name. */
export const arrayGroups = ['parameters', 'latest', 'best', 'average', 'moments', 'carried'] as const;
export type ArrayGroup = (typeof arrayGroups)[number];

/** An array as it appears in a document. */
export interface ArrayRecord {
  readonly shape: readonly number[];
  readonly dtype: 'float32';
  readonly data: Float32Array;
}

/** An array that a checkpoint can hold. */
export interface RequiredArray extends TensorShape {
  /** Whether its values are means of squares, which are never negative. */
  readonly isSquare?: boolean;
}

/** Returns the name and shape of every array that a checkpoint can hold, in the order of writing. */
export function requiredArrays(
  model: ModelShape,
  config: TrainingConfig | undefined,
): Record<ArrayGroup, readonly RequiredArray[]> {
  const parameters = parameterShapes(model);
  if (!config) return { parameters, latest: [], best: [], average: [], moments: [], carried: [] };
  const moments = momentsOf[config.optimizer.name].flatMap((moment) =>
    parameters.map(({ name, shape }) => ({ name: momentPrefix(moment) + name, shape, isSquare: moment === 'v' })),
  );
  const carried = stateShapes(model, config.data.batch);
  return { parameters, latest: parameters, best: parameters, average: parameters, moments, carried };
}

export const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** The total number of elements in all arrays. */
export const elements = (shapes: readonly TensorShape[]): number =>
  shapes.reduce((sum, { shape }) => sum + product(shape), 0);

/** Returns the arrays of one group, which must be exactly the required ones. @throws Fault */
export function checkArrays(group: ArrayGroup, found: unknown, required: readonly RequiredArray[]): NamedArray[] {
  if (!(found instanceof JsonObject))
    throw new Fault(`${group} ${found === undefined ? 'is missing' : 'is not an object'}`);
  const names = new Set(required.map(({ name }) => name));
  for (const name in found) {
    if (!names.has(name)) throw new Fault(`${group} has ${shown(name)}, which the model does not have`);
  }
  return required.map(({ name, shape, isSquare = false }) => {
    const array = checkArray(`${group} ${name}`, found[name], shape, isSquare);
    return {
      name,
      shape,
      get values() {
        return array.data;
      },
    };
  });
}

function checkArray(
  name: string,
  found: unknown,
  needed: readonly number[],
  isSquare: boolean,
): Pick<ArrayRecord, 'data'> {
  if (found === undefined) throw new Fault(`${name} is missing`);
  if (!(found instanceof JsonObject)) throw new Fault(`${name} is not an object`);
  const { shape, dtype, data } = found;
  const fits = Array.isArray(shape) && shape.length === needed.length && needed.every((n, i) => shape[i] === n);
  if (!fits) throw new Fault(`${name} has shape ${shapeText(shape)}, but the model needs (${needed.join(', ')})`);
  if (dtype !== 'float32') throw new Fault(`${name} has dtype ${shown(dtype)}; this charrnn reads float32`);
  if (!(data instanceof Float32Array)) throw new Fault(`${name} has no base64 data`);
  if (data.length !== product(needed)) {
    throw new Fault(`${name}: ${4 * data.length} bytes of data, but its shape needs ${4 * product(needed)}`);
  }
  checkValues(name, data, isSquare);
  return found as JsonObject & { readonly data: Float32Array };
}

/** Checks that all values are finite and that means of squares are not negative. */
function checkValues(name: string, values: Float32Array, isSquare: boolean): void {
  const lowest = isSquare ? 0 : Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) throw new Fault(`${name}[${i}] is ${value}; every value must be finite`);
    if (value < lowest) throw new Fault(`${name}[${i}] is ${value}; a mean of squares is never negative`);
  }
}

const shapeText = (shape: unknown): string =>
  Array.isArray(shape) ? `(${shape.slice(0, 8).map(shown).join(', ')}${shape.length > 8 ? ', …' : ''})` : shown(shape);
