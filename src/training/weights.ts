import type { NamedArray } from '../checkpoint/checkpoint.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { ParameterBlock } from '../model/parameters.js';

/**
 * Tensors by name, each read whenever its values are asked for, so that a large model is not there twice. For use while
 * the team is at rest.
 * @param prefix of the tensors' names in the plan that a checkpoint leaves out
 */
export const arraysOf = (kernels: Kernels, tensors: readonly Tensor[], prefix = ''): NamedArray[] =>
  tensors.map((x) => ({
    name: x.name.slice(prefix.length),
    shape: x.shape,
    get values() {
      const values = new Float32Array(x.size);
      kernels.read(x, values);
      return values;
    },
  }));

/** Writes arrays into tensors of the same names. */
export function writeArrays(kernels: Kernels, tensors: readonly Tensor[], arrays: readonly NamedArray[]): void {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  for (const x of tensors) {
    const values = byName.get(x.name)?.values;
    if (values?.length !== x.size) throw new RangeError(`no array for ${x.name} (${x.shape.join(', ')})`);
    kernels.write(x, values);
  }
}

/** Writes the weights of a checkpoint into a block. */
export function writeWeights(kernels: Kernels, block: ParameterBlock, arrays: readonly NamedArray[]): void {
  for (const { name, values } of arrays) kernels.write(block.get(name), values);
}

/** The weights with the lowest validation loss, put aside while training goes on. */
export class BestWeights {
  /** Flat, as the block. Allocated once. */
  private readonly values: Float32Array;
  private isKept = false;

  /** @param measured the weights that are validated */
  constructor(
    private readonly measured: ParameterBlock,
    private readonly kernels: Kernels,
  ) {
    this.values = new Float32Array(measured.block.size);
  }

  /** Keeps the weights as they are now. */
  keep(): void {
    this.kernels.read(this.measured.block, this.values);
    this.isKept = true;
  }

  /** Keeps what a checkpoint has kept. */
  restore(arrays: readonly NamedArray[]): void {
    for (const { name, values } of arrays) this.valuesOf(this.measured.get(name)).set(values);
    this.isKept = true;
  }

  /** What is kept, if anything. @param names of the parameters, in the order of the block's tensors */
  arrays(names: readonly string[]): NamedArray[] | undefined {
    if (!this.isKept) return undefined;
    return this.measured.tensors.map((x, i) => ({ name: names[i], shape: x.shape, values: this.valuesOf(x) }));
  }

  private valuesOf(x: Tensor): Float32Array {
    const from = x.offset - this.measured.block.offset;
    return this.values.subarray(from, from + x.size);
  }
}
