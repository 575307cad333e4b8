// Machine code for a kernel described in the language of vectors.ts: the loops over rows and vectors, and the operations
// on one vector, with registers for their results.

import type { Assembler } from './assembler.js';
import {
  type Constant,
  type Memory,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15,
  RAX,
  RBP,
  RBX,
  RCX,
  RDI,
  RDX,
  type Register,
  RSI,
  type VectorRegister,
} from './encoding.js';
import type { Target } from './processor.js';
import { type Description, type Operation, operandsOf, Recorder, type Value } from './vectors.js';

/** Where a call's arguments stand, in units of 32 bits. Sizes and steps are in bytes. */
export const ROWS = 0;
export const ROW_BYTES = 1;
export const INDICES = 2;
const ARRAYS = 3;
/** The distance of an array from base; after it, the step from row to row. */
export const arrayArgument = (array: number): number => ARRAYS + 2 * array;
export const parameterArgument = (arrays: number, index: number): number => ARRAYS + 2 * arrays + index;

const base = RDI;
const given = RSI;
/** Bytes of a row done so far, and bytes left. */
const at = RAX;
const left = RCX;
const spare = RDX;
const pointers: readonly Register[] = [RBX, RBP, R8, R9, R10, R11, R12, R13, R14, R15];
const saved = [RBX, RBP, R12, R13, R14, R15];
/** The mask register of AVX-512. */
const TAIL = 1;
const SELECTED = 2;

/** Emits f(base, arguments), which runs a kernel over all rows of its arrays. */
export function emitKernel(a: Assembler, target: Target, description: Description): void {
  const { arrays } = description;
  const argument = (index: number): Memory => ({ base: given, displacement: 4 * index });
  for (const register of saved) a.push(register);
  for (const [i, kind] of arrays.entries()) {
    if (kind === 'indexed') continue;
    a.loadUnsigned(pointers[i], argument(arrayArgument(i)));
    a.add(pointers[i], base);
  }
  const body = new Body(a, target, description);
  const [row, vector, tail, done, end] = Array.from({ length: 5 }, () => a.label());
  const bytes = target.length / 8;

  a.place(row);
  a.loadUnsigned(spare, argument(ROWS));
  a.subtractConstant(spare, 1);
  a.jumpIf('less', end);
  a.storeInt(argument(ROWS), spare);
  body.emitRow();
  a.loadUnsigned(left, argument(ROW_BYTES));
  a.moveConstant(at, 0);
  a.subtractConstant(left, bytes);
  a.jumpIf('less', tail);
  a.place(vector);
  body.emit(false);
  a.addConstant(at, bytes);
  a.subtractConstant(left, bytes);
  a.jumpIf('notLess', vector);
  a.place(tail);
  a.addConstant(left, bytes);
  a.jumpIf('equal', done);
  body.emitMask();
  body.emit(true);
  a.place(done);
  for (const [i, kind] of arrays.entries()) {
    if (kind === 'indexed') continue;
    a.loadInt(spare, argument(arrayArgument(i) + 1));
    a.add(pointers[i], spare);
  }
  a.jump(row);
  a.place(end);
  for (const register of saved.toReversed()) a.pop(register);
  a.zeroUpper();
  a.return();
}

/** The code for one vector of each array. */
class Body {
  private readonly operations: readonly Operation[];
  /** The last operation that reads each value. */
  private readonly lastUse: ReadonlyMap<Value, number>;
  private readonly hasElements: boolean;
  private readonly length: 256 | 512;
  /** Registers that no operation may use for its result. */
  private readonly elements: VectorRegister;
  private readonly mask: VectorRegister;

  constructor(
    private readonly a: Assembler,
    target: Target,
    private readonly description: Description,
  ) {
    const recorder = new Recorder();
    description.body(recorder);
    this.operations = recorder.operations;
    this.lastUse = new Map(
      this.operations.flatMap((operation, i) => operandsOf(operation).map((value) => [value, i] as const)),
    );
    this.hasElements = this.operations.some(({ kind }) => kind === 'element');
    this.length = target.length;
    const registers = this.length === 512 ? 32 : 16;
    [this.elements, this.mask] = [registers - 1, registers - 2];
  }

  /** Before each row: the pointers of indexed arrays, and the numbers of the first elements. */
  emitRow(): void {
    const { a, description, length } = this;
    const argument = (index: number): Memory => ({ base: given, displacement: 4 * index });
    if (description.arrays.includes('indexed')) {
      // The index of this row, and the place of the next.
      a.loadUnsigned(spare, argument(INDICES));
      a.loadUnsigned(left, { base, index: spare });
      a.addConstant(spare, 4);
      a.storeInt(argument(INDICES), spare);
      for (const [i, kind] of description.arrays.entries()) {
        if (kind !== 'indexed') continue;
        a.loadInt(pointers[i], argument(arrayArgument(i) + 1));
        a.multiply(pointers[i], left);
        a.loadUnsigned(spare, argument(arrayArgument(i)));
        a.add(pointers[i], spare);
        a.add(pointers[i], base);
      }
    }
    if (this.hasElements) {
      a.loadVector(this.elements, a.constant(Int32Array.from({ length: length / 32 }, (_, lane) => lane)), length);
    }
  }

  /** The mask of the last elements of a row, `left` bytes. */
  emitMask(): void {
    const { a, length } = this;
    if (length === 512) {
      a.addressOf(spare, a.constant(Int32Array.from({ length: 16 }, (_, lanes) => 2 ** lanes - 1)));
      a.loadMask(TAIL, { base: spare, index: left });
      return;
    }
    a.addressOf(spare, a.constant(Int32Array.from({ length: 16 }, (_, lane) => (lane < 8 ? -1 : 0))));
    a.subtract(spare, left);
    a.loadVector(this.mask, { base: spare, displacement: 32 }, 256);
  }

  /** All operations, in order, on one vector of each array. @param isTail whether only the lanes of the mask exist */
  emit(isTail: boolean): void {
    const { a, length, operations } = this;
    const free = Array.from({ length: this.mask }, (_, register) => this.mask - 1 - register);
    const places = new Map<Value, VectorRegister>();
    for (const [i, operation] of operations.entries()) {
      const operands = operandsOf(operation);
      const temporaries: VectorRegister[] = [];
      const take = (): VectorRegister => {
        const register = free.pop();
        if (register === undefined) throw new Error('a kernel needs more vector registers than there are');
        return register;
      };
      const place = (value: Value): VectorRegister => {
        const place = places.get(value);
        if (place !== undefined) return place;
        // Constants and parameters are read where they are needed.
        const register = take();
        temporaries.push(register);
        this.emitSource(register, operations[value]);
        return register;
      };
      const release = (): void => {
        free.push(...temporaries);
        for (const value of operands) {
          const place = places.get(value);
          if (place === undefined || place === this.elements || this.lastUse.get(value) !== i) continue;
          places.delete(value);
          free.push(place);
        }
      };
      switch (operation.kind) {
        case 'constant':
        case 'parameter':
          break;
        case 'element':
          places.set(i, this.elements);
          break;
        case 'load': {
          const register = take();
          this.emitLoad(register, operation.array, isTail);
          places.set(i, register);
          break;
        }
        case 'store':
          this.emitStore(operation.array, place(operands[0]), isTail);
          release();
          break;
        case 'where': {
          const [value, bits] = operands.slice(0, 2).map(place);
          const limit = this.operand(operands[2], place);
          const register = take();
          this.emitWhere(register, value, bits, limit);
          release();
          places.set(i, register);
          break;
        }
        case 'binary': {
          const first = place(operands[0]);
          const second = this.operand(operands[1], place);
          release();
          const register = take();
          a.vector(operation.name, length, register, first, second);
          places.set(i, register);
          break;
        }
        default: {
          const from = place(operands[0]);
          release();
          const register = take();
          if (operation.kind === 'unary') a.unary(operation.name, length, register, from);
          else a.shiftVector(operation.left ? 'left' : 'right', length, register, from, operation.bits);
          places.set(i, register);
        }
      }
    }
    if (this.hasElements) {
      const lanes = a.constant(new Int32Array(length / 32).fill(length / 32));
      a.vector('paddd', length, this.elements, this.elements, lanes);
    }
  }

  /** A second operand can be a constant in memory. */
  private operand(value: Value, place: (value: Value) => VectorRegister): VectorRegister | Constant {
    const operation = this.operations[value];
    return operation.kind === 'constant' ? this.a.constant(operation.lanes(this.length / 32)) : place(value);
  }

  private emitSource(register: VectorRegister, operation: Operation): void {
    const { a, length, description } = this;
    if (operation.kind === 'constant') {
      a.loadVector(register, a.constant(operation.lanes(length / 32)), length);
    } else if (operation.kind === 'parameter') {
      const index = parameterArgument(description.arrays.length, operation.index);
      a.broadcast(register, { base: given, displacement: 4 * index }, length);
    } else {
      throw new Error(`the result of ${operation.kind} is used after its last use`);
    }
  }

  private emitLoad(register: VectorRegister, array: number, isTail: boolean): void {
    const { a, length } = this;
    const from = { base: pointers[array], index: at };
    if (!isTail) a.loadVector(register, from, length);
    else if (length === 512) a.loadVector(register, from, length, TAIL);
    else a.loadMasked(register, from, this.mask);
  }

  private emitStore(array: number, register: VectorRegister, isTail: boolean): void {
    const { a, length } = this;
    const to = { base: pointers[array], index: at };
    if (!isTail) a.storeVector(to, register, length);
    else if (length === 512) a.storeVector(to, register, length, TAIL);
    else a.storeMasked(to, register, this.mask);
  }

  private emitWhere(
    to: VectorRegister,
    value: VectorRegister,
    bits: VectorRegister,
    limit: VectorRegister | Constant,
  ): void {
    const { a, length } = this;
    if (length === 512) {
      a.compareAtLeast(SELECTED, bits, limit);
      a.loadVector(to, value, length, SELECTED);
      return;
    }
    a.vector('pmaxud', length, to, bits, limit);
    a.vector('pcmpeqd', length, to, to, bits);
    a.vector('pand', length, to, to, value);
  }
}
