import type { NamedArray } from '../checkpoint/checkpoint.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { LanguageModel } from '../model/language-model.js';

/**
 * Tensors by name, each read whenever its values are asked for, so that a large model is not there twice. For use while
 * the team is at rest.
 */
export const arraysOf = (kernels: Kernels, tensors: readonly Tensor[]): NamedArray[] =>
  tensors.map((x) => ({
    name: x.name,
    shape: x.shape,
    get values() {
      const values = new Float32Array(x.size);
      kernels.read(x, values);
      return values;
    },
  }));

/** Writes arrays into tensors of the same names. */
export function writeArrays(kernels: Kernels, tensors: readonly Tensor[], arrays: readonly NamedArray[]): void {
  const byName = new Map(arrays.map((array) => [array.name, array.values]));
  for (const x of tensors) {
    const values = byName.get(x.name);
    if (values?.length !== x.size) throw new RangeError(`no array for ${x.name} (${x.shape.join(', ')})`);
    kernels.write(x, values);
  }
}

/** The weights with the lowest validation loss, put aside while training goes on. */
export class BestWeights {
  /** Flat, as the model's block of weights. Allocated once. */
  private readonly values: Float32Array;
  private isKept = false;

  constructor(
    private readonly model: LanguageModel,
    private readonly kernels: Kernels,
  ) {
    this.values = new Float32Array(model.weights.block.size);
  }

  /** Keeps the weights as they are now. */
  keep(): void {
    this.kernels.read(this.model.weights.block, this.values);
    this.isKept = true;
  }

  /** Keeps what a checkpoint has kept. */
  restore(arrays: readonly NamedArray[]): void {
    for (const { name, values } of arrays) this.valuesOf(this.model.weights.get(name)).set(values);
    this.isKept = true;
  }

  /** What is kept, if anything. */
  get arrays(): NamedArray[] | undefined {
    if (!this.isKept) return undefined;
    return this.model.weights.tensors.map((x) => ({ name: x.name, shape: x.shape, values: this.valuesOf(x) }));
  }

  private valuesOf(x: Tensor): Float32Array {
    const from = x.offset - this.model.weights.block.offset;
    return this.values.subarray(from, from + x.size);
  }
}
