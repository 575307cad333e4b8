import { CharrnnError, line, option } from '../errors.js';
import type { Range, Start, Tensor } from './kernels.js';
import { baseOf, type Koffi, koffi } from './koffi.js';
import { WasmKernels } from './wasm.js';

/** Row-major order and the two transpose flags of the CBLAS interface. */
export const ROW_MAJOR = 101;
export const NO_TRANSPOSE = 111;
export const TRANSPOSE = 112;

/** cblas_sgemm: out = alpha·op(a)·op(b) + beta·out; matrices are byte addresses in the process. */
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
}

/** The usual places of a BLAS; the first that loads and has cblas_sgemm is used. */
function candidates(): string[] {
  const chosen = process.env.CHARRNN_BLAS;
  if (chosen) return [chosen];
  if (process.platform === 'darwin') {
    return ['/System/Library/Frameworks/Accelerate.framework/Accelerate', 'libopenblas.dylib'];
  }
  if (process.platform === 'win32') return ['libopenblas.dll', 'mkl_rt.2.dll', 'mkl_rt.dll'];
  return ['libopenblas.so.0', 'libopenblas.so', 'libmkl_rt.so.2', 'libmkl_rt.so', 'libcblas.so.3'];
}

/** Limits each of our workers to one thread, so the library starts none. The libraries read these when they load. */
const SINGLE_THREADED = ['OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS', 'OMP_NUM_THREADS'];
const SGEMM =
  'void cblas_sgemm(int, int, int, int, int, int, float, uintptr_t, int, uintptr_t, int, float, uintptr_t, int)';

let found: Blas | undefined;

/**
 * Finds the system's BLAS and loads it through koffi.
 * @throws CharrnnError that says what to install and which libraries were tried
 */
export function findBlas(): Blas {
  found ??= load();
  return found;
}

/** Whether `findBlas` finds one. */
export function hasBlas(): boolean {
  try {
    findBlas();
    return true;
  } catch {
    return false;
  }
}

function load(): Blas {
  const native = loadKoffi();
  for (const name of SINGLE_THREADED) process.env[name] ??= '1';
  for (const name of candidates()) {
    try {
      return { name, sgemm: native.load(name).func(SGEMM) as Sgemm };
    } catch {
      // Missing, or without cblas_sgemm: try the next.
    }
  }
  const looked = candidates().join(', ');
  throw new CharrnnError(
    line`${option('backend')} blas: no BLAS with cblas_sgemm found (looked for ${looked}); install OpenBLAS (Debian: libopenblas0), or set CHARRNN_BLAS to a library's path`,
  );
}

function loadKoffi(): Koffi {
  try {
    return koffi();
  } catch {
    throw new CharrnnError(
      line`${option('backend')} blas: the optional package koffi is missing; install it with: npm install koffi`,
    );
  }
}

/**
 * The wasm kernels, with matrix products by the system's BLAS. Both use the same memory: a WebAssembly memory has a
 * fixed address in the process. Faster than the wasm backend, with different last bits.
 */
export class BlasKernels extends WasmKernels {
  override readonly name = 'blas';
  private readonly sgemm: Sgemm;
  private readonly base: number;

  constructor(memory: WebAssembly.Memory) {
    super(memory);
    const blas = findBlas();
    this.sgemm = blas.sgemm;
    this.base = baseOf(memory);
  }

  /** The BLAS packs matrices itself, so this only copies. */
  override pack(w: Tensor, packed: Tensor): void {
    this.copy(w, packed);
  }

  /** Transposes once per step: with a transpose flag, products with few rows take nearly twice as long. */
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
