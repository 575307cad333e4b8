import type { Tensor } from '../kernels/kernels.js';
import type { Plan } from '../kernels/plan.js';
import { type ModelShape, parameterShapes } from './shape.js';

/**
 * One flat block with a tensor for every parameter. Weights, gradients and moments share this layout, so that
 * clipping, optimizers and checkpoints are single loops over a block.
 */
export interface ParameterBlock {
  /** The whole block (P), the gaps of alignment included, which are zero and stay so. */
  readonly block: Tensor;
  readonly tensors: readonly Tensor[];
  /** The tensor of a parameter, `layer0.Wx` for example. */
  get(name: string): Tensor;
  /** As `get`, or nothing where the cell has no such parameter. */
  find(name: string): Tensor | undefined;
}

/** Lays out one block for a model; `prefix` tells weights, gradients and moments apart in the plan. */
export function planParameters(plan: Plan, shape: ModelShape, prefix: string): ParameterBlock {
  const start = plan.size;
  const byName = new Map(parameterShapes(shape).map((p) => [p.name, plan.tensor(prefix + p.name, ...p.shape)]));
  return {
    block: plan.block(`${prefix}parameters`, start),
    tensors: [...byName.values()],
    find: (name) => byName.get(name),
    get(name) {
      const tensor = byName.get(name);
      if (!tensor) throw new RangeError(`no parameter ${name}`);
      return tensor;
    },
  };
}
