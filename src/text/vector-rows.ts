// The rows of an array of vectors in memory, whatever file they come from.

import { CharrnnError } from '../errors.js';
import { counted, formatCount, formatMemory } from '../format.js';
import { type Machine, thisMachine } from '../machine.js';

/** An array of vectors: one for each example, or the frames of one film. */
export interface Vectors {
  readonly count: number;
  readonly width: number;
  /** (count, width), row-major; in shared memory if it was read from a file. */
  readonly values: Float32Array;
}

/**
 * Allocates shared memory for (count, width) numbers.
 * @param name of the file, for the message
 * @throws CharrnnError if there is not enough memory
 */
export function allocateVectors(
  name: string,
  count: number,
  width: number,
  machine: Machine = thisMachine(),
): Float32Array {
  const bytes = 4 * count * width;
  try {
    if (bytes <= Math.min(machine.total, machine.longestArray)) return new Float32Array(new SharedArrayBuffer(bytes));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const need = `${counted(count, 'vector')} of ${counted(width, 'number')} need ${formatMemory(bytes)}`;
  const fault = `does not fit in memory: ${need}, this machine has ${formatMemory(machine.total)}`;
  throw new CharrnnError(`${name}: ${fault}; give a part of it`);
}

/** Returns a number as float32. @throws CharrnnError if that is not finite */
export function checkedFloat(place: string, value: number): number {
  const float = Math.fround(value);
  if (Number.isFinite(float)) return float;
  const fault = Number.isFinite(value) ? `${value} is too large for float32` : `${value} is not a finite number`;
  throw new CharrnnError(`${place}: ${fault}; replace it, or leave the vector out`);
}

/** Collects rows whose number is not known beforehand. */
export class RowCollector {
  private numbers: Float32Array = new Float32Array();
  private count = 0;
  private width = 0;

  /** @param name of the file, for messages */
  constructor(private readonly name: string) {}

  /** @param line its number @throws CharrnnError if its width differs from the other rows', or a number is not finite */
  add(row: readonly number[], line: number): void {
    if (this.count === 0) this.width = row.length;
    const place = `${this.name}: row ${formatCount(this.count + 1)} (line ${formatCount(line)})`;
    if (row.length !== this.width || row.length === 0) {
      const others = this.count === 0 ? 'at least one is needed' : `the first row has ${formatCount(this.width)}`;
      throw new CharrnnError(`${place}: ${counted(row.length, 'number')}, ${others}; make all rows alike`);
    }
    const at = this.count * this.width;
    if (at === this.numbers.length) this.makeRoom();
    for (let i = 0; i < this.width; i++) {
      this.numbers[at + i] = row[i];
      if (!Number.isFinite(this.numbers[at + i])) checkedFloat(`${place}, column ${formatCount(i + 1)}`, row[i]);
    }
    this.count++;
  }

  /** @throws CharrnnError if there are none */
  vectors(): Vectors {
    const { name, count, width } = this;
    if (count === 0) throw new CharrnnError(`${name}: no vectors in it; one row of numbers for each is needed`);
    const values = allocateVectors(name, count, width);
    values.set(this.numbers.subarray(0, values.length));
    return { count, width, values };
  }

  private makeRoom(): void {
    const larger = allocateVectors(this.name, Math.max(2 * this.count, 64), this.width);
    larger.set(this.numbers);
    this.numbers = larger;
  }
}
