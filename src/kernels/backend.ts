import { CharrnnError, line, option } from '../errors.js';
import type { BackendName } from '../options/training-options.js';
import { BlasKernels, findBlas } from './blas.js';
import type { Kernels } from './kernels.js';
import { NativeKernels } from './native/native.js';
import { findTarget, type Target, widestAllowed } from './native/processor.js';
import { Routines } from './native/routines.js';
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

/** The same, but with matrix products by the system's BLAS. */
export const blas: SharedBackend = {
  name: 'blas',
  packedSize: (K, M) => K * M,
  scratchSize: () => 0,
  create: (plan) => new BlasKernels(createMemory(plan)),
  attach: (memory) => new BlasKernels(memory),
  share: () => {
    findBlas();
  },
  brief: () => blas,
  uses: () => 'blas',
  pace: () => 0.9,
};

/** WebAssembly, or in its place machine code for this processor if there is any, with the same bits. */
export const auto: SharedBackend = {
  name: 'auto',
  packedSize,
  scratchSize,
  create: (plan) => auto.attach(createMemory(plan)),
  attach: (memory) => {
    const target = findTarget(false);
    return target ? new NativeKernels(memory, target) : new WasmKernels(memory);
  },
  share: () => {
    const target = findTarget(false);
    if (target) Routines.for(target);
  },
  brief: () => {
    widestAllowed(); // an unknown value is reported at once, not when the work turns out to be long
    return wasm;
  },
  uses: () => (findTarget(false) ? 'native' : 'wasm'),
  pace: () => {
    const target = findTarget(false);
    if (target === undefined) return wasm.pace();
    return target.length === 512 ? 1.4 : 1;
  },
};

/** Machine code that multiplies and adds in one instruction: faster, with other last bits than WebAssembly. */
export const fused: SharedBackend = {
  name: 'fused',
  packedSize,
  scratchSize,
  create: (plan) => fused.attach(createMemory(plan)),
  attach: (memory) => new NativeKernels(memory, fusedTarget()),
  share: () => {
    Routines.for(fusedTarget());
  },
  brief: () => fused,
  uses: () => 'fused',
  pace: () => (fusedTarget().length === 512 ? 2.2 : 1.3),
};

/** @throws CharrnnError where there is none */
function fusedTarget(): Target {
  const target = findTarget(true);
  if (target) return target;
  if (widestAllowed() === 'none') {
    throw new CharrnnError(line`${option('backend')} fused: CHARRNN_SIMD none turns machine code off; unset it`);
  }
  const needed = 'needs an x86-64 processor with AVX2 and FMA, Linux or macOS, and the optional package koffi';
  throw new CharrnnError(line`${option('backend')} fused: ${needed}; leave it out`);
}

/** The backends that can train, by the names of `--backend`. */
export const backendsByName: Readonly<Record<BackendName, SharedBackend>> = { auto, wasm, fused, blas };

/** Plain loops, for tests and the gradient check. */
export const reference = (precision: 'float32' | 'float64'): Backend => ({
  name: `reference ${precision}`,
  packedSize: (K, M) => K * M,
  scratchSize: () => 0,
  create: (plan) => new ReferenceKernels(plan, precision),
});
