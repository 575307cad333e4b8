import type { BackendName } from '../options/training-options.js';
import { BlasKernels } from './blas.js';
import type { Kernels } from './kernels.js';
import type { Plan } from './plan.js';
import { ReferenceKernels } from './reference.js';
import { createMemory, packedSize, scratchSize, WasmKernels } from './wasm.js';

/** A way to compute: what it asks of a plan, and the kernels over a finished plan. Sizes in elements. */
export interface Backend {
  readonly name: string;
  /** Size of the packed form of a weight matrix (K,M). */
  packedSize(K: number, M: number): number;
  /** Size of the scratch that each worker needs for a weight gradient (K,M). */
  scratchSize(K: number, M: number): number;
  /** Allocates the memory of a plan. */
  create(plan: Plan): Kernels;
}

/** A backend whose kernels in several threads can work on one WebAssembly memory. */
export interface SharedBackend extends Backend {
  readonly name: BackendName;
  /** Kernels over a memory that exists. */
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

/** The same with matrix products by the system's BLAS. */
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
