import type { Tensor } from './kernels.js';

/** Tensors start at multiples of this many elements: 64 bytes of float32, one cache line. */
const ALIGNMENT = 16;

const align = (elements: number): number => Math.ceil(elements / ALIGNMENT) * ALIGNMENT;
const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

/** The layout of all memory that a run uses, created once before the first step. Sizes are in elements (4 bytes). */
export class Plan {
  /** All tensors in memory order, for listings of memory. */
  readonly tensors: Tensor[] = [];
  private end = 0;

  /** Elements laid out so far. */
  get size(): number {
    return this.end;
  }

  /** Lays out a new tensor after the others. */
  tensor(name: string, ...shape: number[]): Tensor {
    const tensor = { name, shape, offset: this.end, size: product(shape) };
    this.end = align(this.end + tensor.size);
    this.tensors.push(tensor);
    return tensor;
  }

  /** Returns a flat block: a tensor (size) that spans everything laid out since `from`, including gaps. */
  block(name: string, from: number): Tensor {
    return { name, shape: [this.end - from], offset: from, size: this.end - from };
  }
}

/** Returns rows [from, to) of x (R, ...) as a tensor over the same memory. */
export function rows(x: Tensor, from: number, to: number): Tensor {
  const { name, shape, offset } = x;
  const [count, ...rest] = shape;
  if (from < 0 || to > count || from > to) throw new RangeError(`rows ${from}..${to} of ${name} (${shape})`);
  const width = product(rest);
  return { name, shape: shape.with(0, to - from), offset: offset + from * width, size: (to - from) * width };
}

/** Returns the same elements in another shape. */
export function reshape(x: Tensor, ...shape: number[]): Tensor {
  if (product(shape) !== x.size) throw new RangeError(`${x.name} (${x.shape}) has no shape (${shape})`);
  return { name: x.name, shape, offset: x.offset, size: x.size };
}
