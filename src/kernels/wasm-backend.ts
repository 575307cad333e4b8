import type { BackendName } from '../options/training-options.js';
import type { Kernels } from './kernels.js';
import type { Plan } from './plan.js';
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
  /** Makes what this thread and those that it starts can share. */
  share(): void;
  /** The backend for work that is over before this one repays its start: one with the same bits and the same plan. */
  brief(): SharedBackend;
  /** The name of its kernels on this machine: native, wasm, fused or blas. */
  uses(): string;
  /** Roughly how fast it trains on this machine, as a multiple of machine code for AVX2. */
  pace(): number;
}

/** WebAssembly SIMD, float32. */
export const wasm: SharedBackend = {
  name: 'wasm',
  packedSize,
  scratchSize,
  create: (plan) => new WasmKernels(createMemory(plan)),
  attach: (memory) => new WasmKernels(memory),
  share: () => {},
  brief: () => wasm,
  uses: () => 'wasm',
  pace: () => 0.45,
};
