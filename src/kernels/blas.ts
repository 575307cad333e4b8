import { createRequire } from 'node:module';
import { CharrnnError, line, option } from '../errors.js';
import type { Range, Start, Tensor } from './kernels.js';
import { WasmKernels } from './wasm.js';

/** Row-major order and the two transpose flags of the CBLAS interface. */
export const ROW_MAJOR = 101;
export const NO_TRANSPOSE = 111;
export const TRANSPOSE = 112;

/** cblas_sgemm: out = alpha·op(a)·op(b) + beta·out; matrices are addresses of bytes in the process. */
export type Sgemm = (
  order: number,
  transposeA: number,
  transposeB: number,
  rows: number,
  columns: number,
  inner: number,
  alpha: number,
  a: number,
  strideA: number,
  b: number,
  strideB: number,
  beta: number,
  out: number,
  strideOut: number,
) => void;

export interface Blas {
  /** The library's name or path. */
  readonly name: string;
  readonly sgemm: Sgemm;
  /** The address in the process at which a WebAssembly memory begins. */
  addressOf(memory: WebAssembly.Memory): number;
}

interface Koffi {
  load(path: string): Library;
  address(value: unknown): bigint;
}
interface Library {
  func(name: string, result: string, parameters: readonly string[]): (...values: number[]) => void;
}

/** Where a BLAS usually is; the first that loads and has cblas_sgemm is taken. */
function candidates(): string[] {
  const chosen = process.env.CHARRNN_BLAS;
  if (chosen) return [chosen];
  if (process.platform === 'darwin') {
    return ['/System/Library/Frameworks/Accelerate.framework/Accelerate', 'libopenblas.dylib'];
  }
  if (process.platform === 'win32') return ['libopenblas.dll', 'mkl_rt.2.dll', 'mkl_rt.dll'];
  return ['libopenblas.so.0', 'libopenblas.so', 'libmkl_rt.so.2', 'libmkl_rt.so', 'libcblas.so.3'];
}

/** One thread in each of our workers: the library must not start its own. Read by the libraries when they load. */
const SINGLE_THREADED = ['OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS', 'OMP_NUM_THREADS'];
const SGEMM_PARAMETERS = 'int int int int int int float uintptr_t int uintptr_t int float uintptr_t int'.split(' ');

let found: Blas | undefined;

/**
 * The system's BLAS, through koffi.
 * @throws CharrnnError that says what to install and where it was looked for
 */
export function findBlas(): Blas {
  found ??= load();
  return found;
}

/** Whether `findBlas` would find one. */
export function hasBlas(): boolean {
  try {
    findBlas();
    return true;
  } catch {
    return false;
  }
}

function load(): Blas {
  const koffi = loadKoffi();
  for (const name of SINGLE_THREADED) process.env[name] ??= '1';
  for (const name of candidates()) {
    try {
      const sgemm = koffi.load(name).func('cblas_sgemm', 'void', SGEMM_PARAMETERS) as Sgemm;
      return { name, sgemm, addressOf: (memory) => Number(koffi.address(new Uint8Array(memory.buffer))) };
    } catch {
      // Not there, or without cblas_sgemm: the next one.
    }
  }
  const looked = candidates().join(', ');
  throw new CharrnnError(
    line`${option('backend')} blas: no BLAS with cblas_sgemm found (looked for ${looked}); install OpenBLAS (Debian: libopenblas0), or set CHARRNN_BLAS to a library's path`,
  );
}

function loadKoffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch {
    throw new CharrnnError(
      line`${option('backend')} blas: the optional package koffi is missing; install it with: npm install koffi`,
    );
  }
}

/**
 * The wasm kernels, with matrix products by the system's BLAS. The same memory serves both: WebAssembly's memory has a
 * fixed address in the process. Faster, and with other last bits than the wasm backend's.
 */
export class BlasKernels extends WasmKernels {
  override readonly name = 'blas';
  private readonly sgemm: Sgemm;
  private readonly base: number;

  constructor(memory: WebAssembly.Memory) {
    super(memory);
    const blas = findBlas();
    this.sgemm = blas.sgemm;
    this.base = blas.addressOf(memory);
  }

  /** A matrix of a BLAS is packed by the library itself: here it is only copied. */
  override pack(w: Tensor, packed: Tensor): void {
    this.copy(w, packed);
  }

  /** Transposed once a step: with a transpose flag, the products of few rows take nearly twice as long. */
  override packTransposed(w: Tensor, packed: Tensor): void {
    this.transpose(w, packed);
  }

  override matmul(x: Tensor, packed: Tensor, out: Tensor, start: Start): void {
    const [R, K] = x.shape;
    const M = out.shape[1];
    if (typeof start === 'object') this.fillRows(start, out);
    const [a, b, c] = [x, packed, out].map((tensor) => this.base + this.at(tensor));
    this.sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, R, M, K, 1, a, K, b, M, start === 'zero' ? 0 : 1, c, M);
  }

  override matmulTransposed(x: Tensor, dy: Tensor, dw: Tensor, { from, to }: Range): void {
    const [R, K] = x.shape;
    const M = dy.shape[1];
    if (from === to) return;
    const [a, b, c] = [this.at(x), this.at(dy, from), this.at(dw, from)].map((address) => this.base + address);
    this.sgemm(ROW_MAJOR, TRANSPOSE, NO_TRANSPOSE, K, to - from, R, 1, a, K, b, M, 1, c, M);
  }
}
