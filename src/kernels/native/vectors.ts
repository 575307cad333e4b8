// A small language for kernels that compute each element from elements at the same place of other arrays. A kernel is
// described once, as a list of vector operations on one row; loops.ts makes machine code of it, for 8 and for 16 lanes.

import type { VectorInstruction } from './assembler.js';

/** The result of an operation: its number in the list. */
export type Value = number;

export type Operation =
  | { readonly kind: 'constant'; readonly lanes: (count: number) => Float32Array | Int32Array }
  | { readonly kind: 'parameter'; readonly index: number }
  | { readonly kind: 'element' }
  | { readonly kind: 'load'; readonly array: number }
  | { readonly kind: 'store'; readonly array: number; readonly operands: readonly [Value] }
  | { readonly kind: 'unary'; readonly name: VectorInstruction; readonly operands: readonly [Value] }
  | { readonly kind: 'binary'; readonly name: VectorInstruction; readonly operands: readonly [Value, Value] }
  | { readonly kind: 'shift'; readonly left: boolean; readonly bits: number; readonly operands: readonly [Value] }
  /** The first operand in the lanes where the second is at least the third, as unsigned integers; elsewhere 0. */
  | { readonly kind: 'where'; readonly operands: readonly [Value, Value, Value] };

export const operandsOf = (operation: Operation): readonly Value[] =>
  'operands' in operation ? operation.operands : [];

/** Records the operations of a kernel on one vector. Operands stand in the order of the WebAssembly kernels. */
export class Recorder {
  readonly operations: Operation[] = [];

  private push(operation: Operation): Value {
    return this.operations.push(operation) - 1;
  }

  constant(value: number): Value {
    return this.push({ kind: 'constant', lanes: (count) => new Float32Array(count).fill(value) });
  }

  integer(value: number): Value {
    return this.push({ kind: 'constant', lanes: (count) => new Int32Array(count).fill(value) });
  }

  /** A number that is given with each call, the same for all elements. */
  parameter(index: number): Value {
    return this.push({ kind: 'parameter', index });
  }

  /** The number of each element in its row, an integer. */
  element(): Value {
    return this.push({ kind: 'element' });
  }

  load(array: number): Value {
    return this.push({ kind: 'load', array });
  }

  store(array: number, value: Value): void {
    this.push({ kind: 'store', array, operands: [value] });
  }

  private binary(name: VectorInstruction, a: Value, b: Value): Value {
    return this.push({ kind: 'binary', name, operands: [a, b] });
  }

  add = (a: Value, b: Value): Value => this.binary('addps', a, b);
  subtract = (a: Value, b: Value): Value => this.binary('subps', a, b);
  multiply = (a: Value, b: Value): Value => this.binary('mulps', a, b);
  divide = (a: Value, b: Value): Value => this.binary('divps', a, b);
  /** b < a ? b : a, the pmin of WebAssembly; minps returns its second operand unless the first is less. */
  minimum = (a: Value, b: Value): Value => this.binary('minps', b, a);
  /** a < b ? b : a */
  maximum = (a: Value, b: Value): Value => this.binary('maxps', b, a);
  squareRoot = (a: Value): Value => this.push({ kind: 'unary', name: 'sqrtps', operands: [a] });
  negate = (a: Value): Value => this.binary('pxor', a, this.integer(-(2 ** 31)));

  addIntegers = (a: Value, b: Value): Value => this.binary('paddd', a, b);
  multiplyIntegers = (a: Value, b: Value): Value => this.binary('pmulld', a, b);
  xor = (a: Value, b: Value): Value => this.binary('pxor', a, b);
  and = (a: Value, b: Value): Value => this.binary('pand', a, b);
  shiftLeft = (a: Value, bits: number): Value => this.push({ kind: 'shift', left: true, bits, operands: [a] });
  shiftRight = (a: Value, bits: number): Value => this.push({ kind: 'shift', left: false, bits, operands: [a] });
  whereAtLeast = (a: Value, bits: Value, limit: Value): Value =>
    this.push({ kind: 'where', operands: [a, bits, limit] });
}

/** A kernel: the arrays that it reads and writes, and the operations on one vector of each. */
export interface Description {
  /** For each array, whether its row is that of the same number or the one that an index names. */
  readonly arrays: readonly ('row' | 'indexed')[];
  readonly body: (recorder: Recorder) => void;
}
