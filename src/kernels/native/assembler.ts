// An assembler for the part of x86-64 that the kernels need. Operands stand in the order of Intel's manual, the
// destination first.

import {
  type Constant,
  Encoder,
  extensions,
  type Label,
  type Memory,
  modrm,
  type Operand,
  type Register,
  rex,
  type VectorLength,
  type VectorOpcode,
  type VectorRegister,
} from './encoding.js';

const single = (opcode: number): VectorOpcode => ({ map: 1, prefix: 0, opcode });
const integer = (opcode: number, map: 1 | 2 = 1): VectorOpcode => ({ map, prefix: 1, opcode });

/** The vector instructions, by their names without the v of VEX. All work on packed numbers unless they end in ss or sd. */
const opcodes = {
  addps: single(0x58),
  mulps: single(0x59),
  subps: single(0x5c),
  minps: single(0x5d),
  divps: single(0x5e),
  maxps: single(0x5f),
  sqrtps: single(0x51),
  pand: integer(0xdb),
  pxor: integer(0xef),
  paddd: integer(0xfe),
  pcmpeqd: integer(0x76),
  pmulld: integer(0x40, 2),
  pmaxud: integer(0x3f, 2),
  fmadd231ps: integer(0xb8, 2),
} as const satisfies Record<string, VectorOpcode>;
export type VectorInstruction = keyof typeof opcodes;

/** Conditions of jumps, after a comparison of signed numbers or of addresses. */
const conditions = { equal: 4, notEqual: 5, less: 12, notLess: 13 } as const;
export type Condition = keyof typeof conditions;

/** Emits instructions. */
export class Assembler extends Encoder {
  jump(label: Label): void {
    this.emit(0xe9);
    this.distance(label);
  }

  /** Goes on at the address in a register. */
  jumpTo(register: Register): void {
    if (register >= 8) this.emit(0x41);
    this.emit(0xff, modrm(3, 4, register));
  }

  jumpIf(condition: Condition, label: Label): void {
    this.emit(0x0f, 0x80 | conditions[condition]);
    this.distance(label);
  }

  return(): void {
    this.emit(0xc3);
  }

  push(register: Register): void {
    if (register >= 8) this.emit(0x41);
    this.emit(0x50 | (register & 7));
  }

  pop(register: Register): void {
    if (register >= 8) this.emit(0x41);
    this.emit(0x58 | (register & 7));
  }

  /** to ← from */
  move(to: Register, from: Register): void {
    this.general(0x89, from, to);
  }

  /** to ← a constant of 32 bits, extended by its sign. */
  moveConstant(to: Register, value: number): void {
    this.general(0xc7, 0, to);
    this.int32(value);
  }

  /** to ← the 8 bytes in memory */
  load(to: Register, from: Memory): void {
    this.general(0x8b, to, from);
  }

  /** to ← the 4 bytes in memory, extended by their sign */
  loadInt(to: Register, from: Memory): void {
    this.general(0x63, to, from);
  }

  /** to ← the 4 bytes in memory, extended by zeros */
  loadUnsigned(to: Register, from: Memory): void {
    const prefix = rex(false, to, from.index, from.base);
    if (prefix !== 0x40) this.emit(prefix);
    this.emit(0x8b);
    this.memory(to, from, 1);
  }

  /** The 8 bytes in memory ← from */
  store(to: Memory, from: Register): void {
    this.general(0x89, from, to);
  }

  /** The 4 bytes in memory ← the lower half of from */
  storeInt(to: Memory, from: Register): void {
    const prefix = rex(false, from, to.index, to.base);
    if (prefix !== 0x40) this.emit(prefix);
    this.emit(0x89);
    this.memory(from, to, 1);
  }

  /** to ← the address of the operand */
  address(to: Register, of: Memory): void {
    this.general(0x8d, to, of);
  }

  /** to ← the address of a constant */
  addressOf(to: Register, constant: Constant): void {
    this.emit(rex(true, to, undefined, 0), 0x8d);
    this.reference(to, constant, 0);
  }

  add(to: Register, from: Register): void {
    this.general(0x01, from, to);
  }

  subtract(to: Register, from: Register): void {
    this.general(0x29, from, to);
  }

  addConstant(to: Register, value: number): void {
    this.withConstant(0, to, value);
  }

  subtractConstant(to: Register, value: number): void {
    this.withConstant(5, to, value);
  }

  compareConstant(register: Register, value: number): void {
    this.withConstant(7, register, value);
  }

  compare(a: Register, b: Register): void {
    this.general(0x39, b, a);
  }

  /** Fetches the cache line at an address into the second-level cache. */
  prefetch({ base }: Memory): void {
    if (base >= 8) this.emit(0x41);
    this.emit(0x0f, 0x18);
    this.memory(2, { base }, 1);
  }

  /** Sets the conditions for a against zero. */
  test(a: Register): void {
    this.general(0x85, a, a);
  }

  /** to ← to·from, 64 bits, signed */
  multiply(to: Register, from: Register): void {
    this.emit(rex(true, to, undefined, from), 0x0f, 0xaf, modrm(3, to, from));
  }

  shiftLeft(register: Register, bits: number): void {
    this.general(0xc1, 4, register);
    this.emit(bits);
  }

  /** to ← a ∘ b, of the length that the instruction needs. @param b a register, memory or a constant */
  vector(name: VectorInstruction, length: VectorLength, to: VectorRegister, a: VectorRegister, b: Operand): void {
    this.encode({ opcode: opcodes[name], length, reg: to, vvvv: a, rm: b });
  }

  /** to ← f(b), as sqrtps. */
  unary(name: VectorInstruction, length: VectorLength, to: VectorRegister, b: Operand): void {
    this.encode({ opcode: opcodes[name], length, reg: to, rm: b });
  }

  /** to ← vector in memory. @param mask of AVX-512: lanes to read; the others become zero */
  loadVector(to: VectorRegister, from: Operand, length: VectorLength, mask = 0): void {
    this.encode({ opcode: single(0x10), length, reg: to, rm: from, mask, zeroing: mask > 0 });
  }

  /** Vector in memory ← from. @param mask of AVX-512: lanes to write */
  storeVector(to: Memory, from: VectorRegister, length: VectorLength, mask = 0): void {
    this.encode({ opcode: single(0x11), length, reg: from, rm: to, mask });
  }

  /** to ← the lanes in memory where the sign bit of `mask` is set; the others become zero and are not read. */
  loadMasked(to: VectorRegister, from: Memory, mask: VectorRegister): void {
    this.encode({ opcode: integer(0x2c, 2), length: 256, reg: to, vvvv: mask, rm: from });
  }

  /** The lanes in memory where the sign bit of `mask` is set ← from; the others are not written. */
  storeMasked(to: Memory, from: VectorRegister, mask: VectorRegister): void {
    this.encode({ opcode: integer(0x2e, 2), length: 256, reg: from, vvvv: mask, rm: to });
  }

  /** Every lane of to ← one float in memory, or the lowest lane of a register. */
  broadcast(to: VectorRegister, from: Operand, length: VectorLength): void {
    this.encode({ opcode: integer(0x18, 2), length, reg: to, rm: from, unit: 4 });
  }

  /** Each lane of 32 bits shifted, zeros coming in. */
  shiftVector(
    direction: 'left' | 'right',
    length: VectorLength,
    to: VectorRegister,
    from: VectorRegister,
    bits: number,
  ): void {
    this.encode({
      opcode: integer(0x72),
      length,
      reg: direction === 'left' ? 6 : 2,
      vvvv: to,
      rm: from,
      immediate: bits,
    });
  }

  /** A mask of AVX-512 ← the lanes where a >= b, as unsigned integers. */
  compareAtLeast(mask: number, a: VectorRegister, b: Operand): void {
    const opcode = { map: 3, prefix: 1, opcode: 0x1e } as const;
    this.encode({ opcode, length: 512, reg: mask, vvvv: a, rm: b, immediate: 5 });
  }

  /** A mask of AVX-512 ← 16 bits in memory. */
  loadMask(mask: number, from: Memory): void {
    const [x, b] = extensions(from);
    if (x || b) this.emit(0xc4, 0x80 | (x ? 0 : 0x40) | (b ? 0 : 0x20) | 1, 0x78, 0x90);
    else this.emit(0xc5, 0xf8, 0x90);
    this.memory(mask, from, 1);
  }

  /** Clears the upper halves of all vector registers, without which SSE code after this is slow. */
  zeroUpper(): void {
    this.emit(0xc5, 0xf8, 0x77);
  }

  /** eax, ebx, ecx and edx ← what the processor says of the leaf in eax and ecx. */
  cpuid(): void {
    this.emit(0x0f, 0xa2);
  }

  /** eax and edx ← the register states that the system saves, for ecx = 0. */
  xgetbv(): void {
    this.emit(0x0f, 0x01, 0xd0);
  }
}
