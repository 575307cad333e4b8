import { findBlas, NO_TRANSPOSE, ROW_MAJOR, type Sgemm, TRANSPOSE } from './blas-library.js';
import type { Range, Start, Tensor } from './kernels.js';
import { WasmKernels } from './wasm.js';

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
