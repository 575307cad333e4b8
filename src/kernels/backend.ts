import type { BackendName } from '../options/training-options.js';
import { BlasKernels } from './blas.js';
import type { Kernels } from './kernels.js';
import type { Plan } from './plan.js';
import { ReferenceKernels } from './reference.js';
import { createMemory, packedSize, scratchSize, WasmKernels } from './wasm.js';

/** A way to compute: its requirements for a plan, and its kernels over a finished plan. Sizes are in elements. */
export interface Backend {
  readonly name: string;
  /** Size of the packed form of a weight matrix (K,M). */
  packedSize(K: number, M: number): number;
  /** Size of the scratch memory that each worker needs for a weight gradient (K,M). */
  scratchSize(K: number, M: number): number;
  /** Allocates the memory of a plan. */
  create(plan: Plan): Kernels;
}

/** A backend whose kernels can share one WebAssembly memory between threads. */
export interface SharedBackend extends Backend {
  readonly name: BackendName;
  /** Creates kernels over an existing memory. */
  attach(memory: WebAssembly.Memory): Kernels;
}

/** WebAssembly SIMD, float32. */
export const wasm: SharedBackend = {
  name: 'wasm',
  packedSize,
  scratchSize,
  create: (plan) => new WasmKernels(createMemory(plan)),
  attach: (memory) => new WasmKernels(memory),
};

/** The same, but with matrix products by the system's BLAS. */
export const blas: SharedBackend = {
  name: 'blas',
  packedSize: (K, M) => K * M,
  scratchSize: () => 0,
  create: (plan) => new BlasKernels(createMemory(plan)),
  attach: (memory) => new BlasKernels(memory),
};

/** The backends that can train, by the names of `--backend`. */
export const backendsByName: Readonly<Record<BackendName, SharedBackend>> = { wasm, blas };

/** Plain loops, for tests and the gradient check. */
export const reference = (precision: 'float32' | 'float64'): Backend => ({
  name: `reference ${precision}`,
  packedSize: (K, M) => K * M,
  scratchSize: () => 0,
  create: (plan) => new ReferenceKernels(plan, precision),
});
