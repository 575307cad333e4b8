// What machine code is generated for: the vectors that the processor has and the system supports.

import { CharrnnError } from '../../errors.js';
import { shared } from '../process-wide.js';
import { Assembler } from './assembler.js';
import { RAX, RBX, RCX, RDX, RSI } from './encoding.js';
import { addressOf, entry, makeExecutable } from './executable.js';

export interface Target {
  /** Bits of a vector: 256 with AVX2, 512 with AVX-512. */
  readonly length: 256 | 512;
  /** Whether a product is added in one instruction, rounded once: other last bits than WebAssembly has. */
  readonly fused: boolean;
}

/** Columns that packed weights hold side by side. */
export const PANEL = 16;
/** Bytes of a row of a panel. */
export const PANEL_BYTES = 4 * PANEL;

/** What CHARRNN_SIMD can be set to: the widest vectors to use. */
export const settings = ['none', 'avx2', 'avx512'] as const;
type Setting = (typeof settings)[number];

/** What the processor offers and the system supports. */
export interface Processor {
  readonly simd: Setting;
  /** Whether it can multiply and add in one instruction. */
  readonly hasFused: boolean;
}

const NONE: Processor = { simd: 'none', hasFused: false };
let known: Processor | undefined;

/**
 * Asks the processor, once for this thread and those that it starts. Without koffi, or where the system allows no executable memory, it offers nothing.
 * @throws CharrnnError when CHARRNN_SIMD has an unknown value
 */
export function findProcessor(): Processor {
  if (known === undefined) {
    const most = widestAllowed();
    if (most === 'none') return NONE;
    known = limited(shared('processor', ask), most);
  }
  return known;
}

/** The target for this process, or undefined if there is none. */
export function findTarget(fused: boolean): Target | undefined {
  const { simd, hasFused } = findProcessor();
  if (simd === 'none' || (fused && !hasFused)) return undefined;
  return { length: simd === 'avx512' ? 512 : 256, fused };
}

/**
 * The widest vectors that CHARRNN_SIMD allows, all if it is not set.
 * @throws CharrnnError when it has an unknown value
 */
export function widestAllowed(): Setting {
  const value = process.env.CHARRNN_SIMD || 'avx512';
  const found = settings.find((name) => name === value);
  if (found === undefined) throw new CharrnnError(`CHARRNN_SIMD ${value}: must be none, avx2 or avx512`, 2);
  return found;
}

function limited(processor: Processor, most: Setting): Processor {
  return settings.indexOf(processor.simd) <= settings.indexOf(most) ? processor : { ...processor, simd: most };
}

const bit = (word: number, place: number): boolean => ((word >>> place) & 1) === 1;

function ask(): Processor {
  // The calling convention of Linux and macOS; Windows has another.
  if (process.arch !== 'x64' || process.platform === 'win32') return NONE;
  try {
    return processorOf(...processorWords());
  } catch {
    return NONE;
  }
}

/** What the words mean: Intel, Software Developer's Manual, volume 2, CPUID and XGETBV. */
export function processorOf(leaf1: Int32Array, leaf7: Int32Array, states: number): Processor {
  const [, ebx] = leaf7;
  const [, , ecx] = leaf1;
  // The system must save the registers: bits 1 and 2 for ymm, 5 to 7 for zmm and masks.
  const hasAvx2 = (states & 6) === 6 && bit(ecx, 28) && bit(ebx, 5);
  if (!hasAvx2) return NONE;
  // AVX-512 F, DQ, BW and VL.
  const hasAvx512 = (states & 0xe0) === 0xe0 && [16, 17, 30, 31].every((place) => bit(ebx, place));
  return { simd: hasAvx512 ? 'avx512' : 'avx2', hasFused: bit(ecx, 12) };
}

/** eax, ebx, ecx and edx of leaves 1 and 7, and the register states that the system saves. */
function processorWords(): [Int32Array, Int32Array, number] {
  const a = new Assembler();
  a.push(RBX);
  a.loadUnsigned(RAX, { base: RSI });
  a.loadUnsigned(RCX, { base: RSI, displacement: 4 });
  a.cpuid();
  for (const [i, register] of [RAX, RBX, RCX, RDX].entries()) a.storeInt({ base: RSI, displacement: 4 * i }, register);
  a.pop(RBX);
  a.return();
  const second = a.size;
  a.moveConstant(RCX, 0);
  a.xgetbv();
  a.storeInt({ base: RSI }, RAX);
  a.return();

  const address = makeExecutable(a.finish());
  const call = entry();
  const words = new Int32Array(new ArrayBuffer(64));
  const leaf = (number: number): Int32Array => {
    words.set([number, 0]);
    call(address, 0, addressOf(words));
    return words.slice(0, 4);
  };
  const [leaf0, leaf1] = [leaf(0), leaf(1)];
  const leaf7 = leaf0[0] >= 7 ? leaf(7) : new Int32Array(4);
  // Bit 27: the system lets programs read the states.
  if (!bit(leaf1[2], 27)) return [leaf1, leaf7, 0];
  call(address + second, 0, addressOf(words));
  return [leaf1, leaf7, words[0]];
}
