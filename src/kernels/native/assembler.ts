// An assembler for the part of x86-64 that the kernels need. Operands stand in the order of Intel's manual, the
// destination first; volume 2 of that manual (instruction formats, VEX and EVEX prefixes) explains every bit here.

/** A general register of 64 bits. */
export type Register = number;
export const [RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI] = [0, 1, 2, 3, 4, 5, 6, 7];
export const [R8, R9, R10, R11, R12, R13, R14, R15] = [8, 9, 10, 11, 12, 13, 14, 15];

/** A vector register: xmm, ymm or zmm of this number. */
export type VectorRegister = number;
/** Bits of the vectors that an instruction works on. */
export type VectorLength = 128 | 256 | 512;

/** An operand in memory: [base + index·scale + displacement]. */
export interface Memory {
  readonly base: Register;
  readonly index?: Register | undefined;
  readonly scale?: 1 | 2 | 4 | 8 | undefined;
  readonly displacement?: number | undefined;
}

/** A constant of the code: it stands after the instructions, which reach it relative to the next instruction. */
export interface Constant {
  readonly constant: number;
}

type Operand = VectorRegister | Memory | Constant;

/** A place in the code, to jump to. */
export interface Label {
  readonly label: number;
}

/** How an instruction of the vector unit is encoded: opcode map, mandatory prefix, opcode, and the W bit of EVEX. */
interface VectorOpcode {
  readonly map: 1 | 2 | 3;
  readonly prefix: 0 | 1 | 2 | 3;
  readonly opcode: number;
  readonly wide?: boolean;
}

const single = (opcode: number): VectorOpcode => ({ map: 1, prefix: 0, opcode });
const double = (opcode: number): VectorOpcode => ({ map: 1, prefix: 1, opcode, wide: true });
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
  cvtps2pd: single(0x5a),
  cvtpd2ps: double(0x5a),
  addpd: double(0x58),
  mulpd: double(0x59),
  addsd: { map: 1, prefix: 3, opcode: 0x58, wide: true },
  subsd: { map: 1, prefix: 3, opcode: 0x5c, wide: true },
  mulsd: { map: 1, prefix: 3, opcode: 0x59, wide: true },
  divsd: { map: 1, prefix: 3, opcode: 0x5e, wide: true },
  cvtsd2ss: { map: 1, prefix: 3, opcode: 0x5a, wide: true },
  cvtss2sd: { map: 1, prefix: 2, opcode: 0x5a },
  subss: { map: 1, prefix: 2, opcode: 0x5c },
  unpckhpd: double(0x15),
  pand: integer(0xdb),
  pandn: integer(0xdf),
  pxor: integer(0xef),
  paddd: integer(0xfe),
  pcmpeqd: integer(0x76),
  pmulld: integer(0x40, 2),
  pmaxud: integer(0x3f, 2),
  fmadd231ps: integer(0xb8, 2),
} as const satisfies Record<string, VectorOpcode>;
export type VectorInstruction = keyof typeof opcodes;

/** Conditions of jumps, after a comparison of signed numbers or of addresses. */
const conditions = { below: 2, equal: 4, notEqual: 5, less: 12, notLess: 13, lessOrEqual: 14, greater: 15 } as const;
export type Condition = keyof typeof conditions;

export class Assembler {
  private readonly bytes: number[] = [];
  private readonly labels: number[] = [];
  /** Places of four bytes that hold the distance to a label, or to a constant. */
  private readonly jumps: { readonly at: number; readonly label: number }[] = [];
  private readonly references: { readonly at: number; readonly end: number; readonly constant: number }[] = [];
  private readonly constants: Uint8Array[] = [];

  /** Bytes of code so far. */
  get size(): number {
    return this.bytes.length;
  }

  /** The code, its constants after it, aligned to 64 bytes. */
  finish(): Uint8Array {
    for (const { at, label } of this.jumps) this.patch(at, this.labels[label] - (at + 4));
    let end = align(this.bytes.length);
    const places = this.constants.map((bytes) => {
      const place = end;
      end += align(bytes.length);
      return place;
    });
    for (const { at, end: next, constant } of this.references) this.patch(at, places[constant] - next);
    const code = new Uint8Array(end);
    code.set(this.bytes);
    for (const [i, bytes] of this.constants.entries()) code.set(bytes, places[i]);
    return code;
  }

  /** A constant of up to 64 bytes; equal ones stand once. */
  constant(values: Float32Array | Float64Array | Int32Array): Constant {
    const bytes = new Uint8Array(values.buffer.slice(0));
    const known = this.constants.findIndex(
      (other) => other.length === bytes.length && other.every((byte, i) => byte === bytes[i]),
    );
    if (known >= 0) return { constant: known };
    return { constant: this.constants.push(bytes) - 1 };
  }

  label(): Label {
    return { label: this.labels.push(-1) - 1 };
  }

  /** Here is the label. */
  place({ label }: Label): void {
    this.labels[label] = this.bytes.length;
  }

  jump(label: Label): void {
    this.emit(0xe9);
    this.distance(label);
  }

  jumpIf(condition: Condition, label: Label): void {
    this.emit(0x0f, 0x80 | conditions[condition]);
    this.distance(label);
  }

  call(label: Label): void {
    this.emit(0xe8);
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

  and(to: Register, from: Register): void {
    this.general(0x21, from, to);
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

  andConstant(to: Register, value: number): void {
    this.withConstant(4, to, value);
  }

  compare(a: Register, b: Register): void {
    this.general(0x39, b, a);
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

  shiftRight(register: Register, bits: number): void {
    this.general(0xc1, 5, register);
    this.emit(bits);
  }

  /** Fetches the cache line at an address into all caches. */
  prefetch(at: Memory): void {
    const { base, index } = at;
    const prefix = 0x40 | ((index ?? 0) >= 8 ? 2 : 0) | (base >= 8 ? 1 : 0);
    if (prefix !== 0x40) this.emit(prefix);
    this.emit(0x0f, 0x18);
    this.memory(1, at, 1);
  }

  /** to ← a ∘ b, of the length that the instruction needs. @param b a register, memory or a constant */
  vector(name: VectorInstruction, length: VectorLength, to: VectorRegister, a: VectorRegister, b: Operand): void {
    this.encode({ opcode: opcodes[name], length, reg: to, vvvv: a, rm: b });
  }

  /** to ← f(b): sqrtps, and conversions, whose length is that of the longer side. */
  unary(name: VectorInstruction, length: VectorLength, to: VectorRegister, b: Operand): void {
    const unit = name === 'cvtps2pd' ? length / 16 : length / 8;
    this.encode({ opcode: opcodes[name], length, reg: to, rm: b, unit });
  }

  /** to ← a ∘ b, where b is one number in memory for all lanes. Of AVX-512. */
  vectorByOne(name: VectorInstruction, to: VectorRegister, a: VectorRegister, b: Memory): void {
    this.encode({ opcode: opcodes[name], length: 512, reg: to, vvvv: a, rm: b, broadcast: true, unit: 4 });
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

  /** The lowest lane of to ← one float in memory; the others become zero. */
  loadFloat(to: VectorRegister, from: Memory): void {
    this.encode({ opcode: { map: 1, prefix: 2, opcode: 0x10 }, length: 128, reg: to, rm: from });
  }

  /** One float in memory ← the lowest lane. */
  storeFloat(to: Memory, from: VectorRegister): void {
    this.encode({ opcode: { map: 1, prefix: 2, opcode: 0x11 }, length: 128, reg: from, rm: to });
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

  /** The upper half of a ymm register. */
  upperHalf(to: VectorRegister, from: VectorRegister): void {
    this.encode({ opcode: { map: 3, prefix: 1, opcode: 0x19 }, length: 256, reg: from, rm: to, immediate: 1 });
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

  /** A mask of AVX-512 ← the lowest 16 bits of a general register. */
  moveMask(mask: number, from: Register): void {
    if (from >= 8) this.emit(0xc4, 0xc1, 0x78, 0x92, modrm(3, mask, from));
    else this.emit(0xc5, 0xf8, 0x92, modrm(3, mask, from));
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

  private encode(instruction: Encoding): void {
    const { length, reg, vvvv = 0, rm, mask = 0, broadcast = false } = instruction;
    const isLong = length === 512 || mask > 0 || broadcast || reg >= 16 || vvvv >= 16 || (isRegister(rm) && rm >= 16);
    if (isLong) this.evex(instruction);
    else this.vex(instruction);
  }

  /** The prefix of AVX and AVX2: two bytes where the rest of the instruction needs no more. */
  private vex({ opcode, length, reg, vvvv, rm, immediate }: Encoding): void {
    const { map, prefix } = opcode;
    const [x, b] = extensions(rm);
    const last = ((~(vvvv ?? 0) & 15) << 3) | (length === 256 ? 4 : 0) | prefix;
    const r = reg >= 8 ? 0 : 0x80;
    if (map === 1 && !x && !b) this.emit(0xc5, r | last);
    else this.emit(0xc4, r | (x ? 0 : 0x40) | (b ? 0 : 0x20) | map, last);
    this.rest(opcode, reg, rm, 1, immediate);
  }

  /** The prefix of AVX-512: 32 registers, masks, one number for all lanes. */
  private evex({ opcode, length, reg, vvvv = 0, rm, mask = 0, zeroing, broadcast, unit, immediate }: Encoding): void {
    const { map, prefix, wide } = opcode;
    const [x, b] = extensions(rm);
    const upper = isRegister(rm) ? rm >= 16 : x;
    this.emit(
      0x62,
      (reg & 8 ? 0 : 0x80) | (upper ? 0 : 0x40) | (b ? 0 : 0x20) | (reg >= 16 ? 0 : 0x10) | map,
      (wide ? 0x80 : 0) | ((~vvvv & 15) << 3) | 4 | prefix,
      (zeroing ? 0x80 : 0) |
        (length === 512 ? 0x40 : length === 256 ? 0x20 : 0) |
        (broadcast ? 0x10 : 0) |
        (vvvv >= 16 ? 0 : 8) |
        mask,
    );
    // Instructions on one number read 4 or 8 bytes; their prefix tells which.
    const whole = prefix === 2 ? 4 : prefix === 3 ? 8 : length / 8;
    this.rest(opcode, reg, rm, unit ?? whole, immediate);
  }

  private rest({ opcode }: VectorOpcode, reg: number, rm: Operand, unit: number, immediate?: number): void {
    this.emit(opcode);
    if (isRegister(rm)) this.emit(modrm(3, reg, rm));
    else if ('constant' in rm) this.reference(reg, rm, immediate === undefined ? 0 : 1);
    else this.memory(reg, rm, unit);
    if (immediate !== undefined) this.emit(immediate);
  }

  /** An instruction on general registers of 64 bits. */
  private general(opcode: number, reg: number, rm: Register | Memory): void {
    const isDirect = typeof rm === 'number';
    this.emit(isDirect ? rex(true, reg, undefined, rm) : rex(true, reg, rm.index, rm.base), opcode);
    if (isDirect) this.emit(modrm(3, reg, rm));
    else this.memory(reg, rm, 1);
  }

  private withConstant(operation: number, to: Register, value: number): void {
    const isShort = value >= -128 && value <= 127;
    this.general(isShort ? 0x83 : 0x81, operation, to);
    if (isShort) this.emit(value & 255);
    else this.int32(value);
  }

  /** ModRM, SIB and displacement. @param unit bytes that a displacement of one byte counts in */
  private memory(reg: number, { base, index, scale = 1, displacement = 0 }: Memory, unit: number): void {
    const isByte = displacement % unit === 0 && displacement / unit >= -128 && displacement / unit <= 127;
    // Without a displacement, the code of rbp and r13 means something else.
    const mode = displacement === 0 && (base & 7) !== RBP ? 0 : isByte ? 1 : 2;
    if (index === undefined && (base & 7) !== RSP) this.emit(modrm(mode, reg, base));
    else this.emit(modrm(mode, reg, RSP), (Math.log2(scale) << 6) | (((index ?? RSP) & 7) << 3) | (base & 7));
    if (mode === 1) this.emit((displacement / unit) & 255);
    if (mode === 2) this.int32(displacement);
  }

  private reference(reg: number, { constant }: Constant, after: number): void {
    this.emit(modrm(0, reg, RBP));
    const at = this.bytes.length;
    this.references.push({ at, end: at + 4 + after, constant });
    this.int32(0);
  }

  private distance({ label }: Label): void {
    this.jumps.push({ at: this.bytes.length, label });
    this.int32(0);
  }

  private emit(...bytes: number[]): void {
    this.bytes.push(...bytes);
  }

  private int32(value: number): void {
    this.emit(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
  }

  private patch(at: number, value: number): void {
    for (let i = 0; i < 4; i++) this.bytes[at + i] = (value >> (8 * i)) & 255;
  }
}

/** An instruction of the vector unit. */
interface Encoding {
  readonly opcode: VectorOpcode;
  readonly length: VectorLength;
  /** The register in ModRM; the other register, if there is one; register, memory or constant. */
  readonly reg: number;
  readonly vvvv?: number;
  readonly rm: Operand;
  readonly mask?: number;
  /** Whether lanes outside of the mask become zero rather than stay as they are. */
  readonly zeroing?: boolean;
  readonly broadcast?: boolean;
  /** Bytes that the operand in memory has, in which AVX-512 counts a displacement of one byte. */
  readonly unit?: number;
  readonly immediate?: number;
}

const isRegister = (operand: Operand): operand is VectorRegister => typeof operand === 'number';

/** The fourth bits of index and base, or of a register. */
function extensions(rm: Operand): readonly [index: boolean, base: boolean] {
  if (isRegister(rm)) return [false, (rm & 8) !== 0];
  if ('constant' in rm) return [false, false];
  return [(rm.index ?? 0) >= 8, rm.base >= 8];
}

const modrm = (mode: number, reg: number, rm: number): number => (mode << 6) | ((reg & 7) << 3) | (rm & 7);

const rex = (wide: boolean, reg: Register, index: Register | undefined, base: Register): number =>
  0x40 | (wide ? 8 : 0) | (reg >= 8 ? 4 : 0) | ((index ?? 0) >= 8 ? 2 : 0) | (base >= 8 ? 1 : 0);

/** Constants and code begin at multiples of a cache line. */
const align = (size: number): number => Math.ceil(size / 64) * 64;
