import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { Plan } from '../kernels/plan.js';
import type { MomentName } from '../options/training-options.js';
import { Purpose, randomKey, uniform } from '../random.js';
import { type ModelParameter, type ModelShape, parameterShapes } from './shape.js';

/**
 * A flat block with a tensor for every parameter. Weights, gradients and moments share this layout, so clipping,
 * optimizers and checkpoints are single loops over a block.
 */
export interface ParameterBlock {
  /** The whole block (P), including the alignment gaps, which are and stay zero. */
  readonly block: Tensor;
  /** A tensor for each parameter, in the same order. */
  readonly tensors: readonly Tensor[];
  readonly parameters: readonly ModelParameter[];
  /** The tensor of a parameter, such as `layer0.Wx`. */
  get(name: string): Tensor;
  /** As `get`, but undefined if the cell has no such parameter. */
  find(name: string): Tensor | undefined;
}

/** Lays out a block for a model; `prefix` distinguishes weights, gradients and moments in the plan. */
export function planParameters(plan: Plan, shape: ModelShape, prefix: string): ParameterBlock {
  const start = plan.size;
  const parameters = parameterShapes(shape);
  const byName = new Map(parameters.map((p) => [p.name, plan.tensor(prefix + p.name, ...p.shape)]));
  return {
    block: plan.block(`${prefix}parameters`, start),
    tensors: [...byName.values()],
    parameters,
    find: (name) => byName.get(name),
    get(name) {
      const tensor = byName.get(name);
      if (!tensor) throw new RangeError(`no parameter ${name}`);
      return tensor;
    },
  };
}

/** The prefix of the names of a moment's tensors, in plans and checkpoints. */
export const momentPrefix = (moment: MomentName): string => `${moment}.`;

/** Initialises every parameter of a block; the values depend only on the seed and the parameter's place. */
export function initialise({ tensors, parameters }: ParameterBlock, kernels: Kernels, seed: number): void {
  tensors.forEach((w, index) => {
    const key = randomKey(seed, Purpose.initialise, index);
    const values = new Float32Array(w.size);
    parameters[index].initialise(values, (i) => uniform(key, i));
    kernels.write(w, values);
  });
}

/** Values by name, such as those in a checkpoint. */
export interface NamedValues {
  readonly name: string;
  readonly values: ArrayLike<number>;
}

/** Writes arrays to the tensors of the same names. */
export function writeArrays(kernels: Kernels, tensors: readonly Tensor[], arrays: readonly NamedValues[]): void {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  for (const x of tensors) {
    const values = byName.get(x.name)?.values;
    if (values?.length !== x.size) throw new RangeError(`no array for ${x.name} (${x.shape.join(', ')})`);
    kernels.write(x, values);
  }
}

/** Writes the weights of a checkpoint to a block. */
export function writeWeights(kernels: Kernels, block: ParameterBlock, arrays: readonly NamedValues[]): void {
  for (const { name, values } of arrays) kernels.write(block.get(name), values);
}
