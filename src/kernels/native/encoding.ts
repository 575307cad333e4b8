// How instructions of x86-64 become bytes: prefixes, opcodes, operands, distances. Volume 2 of Intel's manual (instruction
// formats, VEX and EVEX prefixes) explains every bit here.

/** A general register of 64 bits. */
export type Register = number;
export const [RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI] = [0, 1, 2, 3, 4, 5, 6, 7];
export const [R8, R9, R10, R11, R12, R13, R14, R15] = [8, 9, 10, 11, 12, 13, 14, 15];

/** A vector register: xmm, ymm or zmm of this number. */
export type VectorRegister = number;
/** Bits of the vectors that an instruction works on. */
export type VectorLength = 256 | 512;

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

export type Operand = VectorRegister | Memory | Constant;

/** A place in the code, to jump to. */
export interface Label {
  readonly label: number;
}

/** How an instruction of the vector unit is encoded: opcode map, mandatory prefix, and opcode. */
export interface VectorOpcode {
  readonly map: 1 | 2 | 3;
  readonly prefix: 0 | 1 | 2 | 3;
  readonly opcode: number;
}

/** An instruction of the vector unit. */
export interface Encoding {
  readonly opcode: VectorOpcode;
  readonly length: VectorLength;
  /** The register in ModRM; the other register, if there is one; register, memory or constant. */
  readonly reg: number;
  readonly vvvv?: number;
  readonly rm: Operand;
  readonly mask?: number;
  /** Whether lanes outside of the mask become zero rather than stay as they are. */
  readonly zeroing?: boolean;
  /** Bytes that the operand in memory has, 64 if not given; AVX-512 counts a displacement of one byte in them. */
  readonly unit?: number;
  readonly immediate?: number;
}

/** Collects code. */
export class Encoder {
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

  protected encode(instruction: Encoding): void {
    if (instruction.length === 512) this.evex(instruction);
    else this.vex(instruction);
  }

  /** The prefix of AVX and AVX2: two bytes where the rest of the instruction needs no more. */
  private vex({ opcode, reg, vvvv = 0, rm, immediate }: Encoding): void {
    const { map, prefix } = opcode;
    const [x, b] = extensions(rm);
    const last = ((~vvvv & 15) << 3) | 4 | prefix;
    const r = reg >= 8 ? 0 : 0x80;
    if (map === 1 && !x && !b) this.emit(0xc5, r | last);
    else this.emit(0xc4, r | (x ? 0 : 0x40) | (b ? 0 : 0x20) | map, last);
    this.rest(opcode, reg, rm, 1, immediate);
  }

  /** The prefix of AVX-512: 512 bits, 32 registers, masks. */
  private evex({ opcode, reg, vvvv = 0, rm, mask = 0, zeroing, unit = 64, immediate }: Encoding): void {
    const { map, prefix } = opcode;
    const [x, b] = extensions(rm);
    const upper = isRegister(rm) ? rm >= 16 : x;
    this.emit(
      0x62,
      (reg & 8 ? 0 : 0x80) | (upper ? 0 : 0x40) | (b ? 0 : 0x20) | (reg >= 16 ? 0 : 0x10) | map,
      ((~vvvv & 15) << 3) | 4 | prefix,
      (zeroing ? 0x80 : 0) | 0x40 | (vvvv >= 16 ? 0 : 8) | mask,
    );
    this.rest(opcode, reg, rm, unit, immediate);
  }

  private rest({ opcode }: VectorOpcode, reg: number, rm: Operand, unit: number, immediate?: number): void {
    this.emit(opcode);
    if (isRegister(rm)) this.emit(modrm(3, reg, rm));
    else if ('constant' in rm) this.reference(reg, rm, immediate === undefined ? 0 : 1);
    else this.memory(reg, rm, unit);
    if (immediate !== undefined) this.emit(immediate);
  }

  /** An instruction on general registers of 64 bits. */
  protected general(opcode: number, reg: number, rm: Register | Memory): void {
    const isDirect = typeof rm === 'number';
    this.emit(isDirect ? rex(true, reg, undefined, rm) : rex(true, reg, rm.index, rm.base), opcode);
    if (isDirect) this.emit(modrm(3, reg, rm));
    else this.memory(reg, rm, 1);
  }

  protected withConstant(operation: number, to: Register, value: number): void {
    const isShort = value >= -128 && value <= 127;
    this.general(isShort ? 0x83 : 0x81, operation, to);
    if (isShort) this.emit(value & 255);
    else this.int32(value);
  }

  /** ModRM, SIB and displacement. @param unit bytes that a displacement of one byte counts in */
  protected memory(reg: number, { base, index, scale = 1, displacement = 0 }: Memory, unit: number): void {
    const isByte = displacement % unit === 0 && displacement / unit >= -128 && displacement / unit <= 127;
    // Without a displacement, the code of rbp and r13 means something else.
    const mode = displacement === 0 && (base & 7) !== RBP ? 0 : isByte ? 1 : 2;
    if (index === undefined && (base & 7) !== RSP) this.emit(modrm(mode, reg, base));
    else this.emit(modrm(mode, reg, RSP), (SCALES.indexOf(scale) << 6) | (((index ?? RSP) & 7) << 3) | (base & 7));
    if (mode === 1) this.emit((displacement / unit) & 255);
    if (mode === 2) this.int32(displacement);
  }

  protected reference(reg: number, { constant }: Constant, after: number): void {
    this.emit(modrm(0, reg, RBP));
    const at = this.bytes.length;
    this.references.push({ at, end: at + 4 + after, constant });
    this.int32(0);
  }

  protected distance({ label }: Label): void {
    this.jumps.push({ at: this.bytes.length, label });
    this.int32(0);
  }

  protected emit(...bytes: number[]): void {
    this.bytes.push(...bytes);
  }

  protected int32(value: number): void {
    this.emit(value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255);
  }

  private patch(at: number, value: number): void {
    for (let i = 0; i < 4; i++) this.bytes[at + i] = (value >> (8 * i)) & 255;
  }
}

/** What the scale of an operand can be, by its code. */
const SCALES = [1, 2, 4, 8];
const isRegister = (operand: Operand): operand is VectorRegister => typeof operand === 'number';

/** The fourth bits of index and base, or of a register. */
export function extensions(rm: Operand): readonly [index: boolean, base: boolean] {
  if (isRegister(rm)) return [false, (rm & 8) !== 0];
  if ('constant' in rm) return [false, false];
  return [(rm.index ?? 0) >= 8, rm.base >= 8];
}

export const modrm = (mode: number, reg: number, rm: number): number => (mode << 6) | ((reg & 7) << 3) | (rm & 7);

export const rex = (wide: boolean, reg: Register, index: Register | undefined, base: Register): number =>
  0x40 | (wide ? 8 : 0) | (reg >= 8 ? 4 : 0) | ((index ?? 0) >= 8 ? 2 : 0) | (base >= 8 ? 1 : 0);

/** Constants and code begin at multiples of a cache line. */
const align = (size: number): number => Math.ceil(size / 64) * 64;
