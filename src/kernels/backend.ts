import { CharrnnError, line, option } from '../errors.js';
import type { BackendName } from '../options/training-options.js';
import { BlasKernels, findBlas } from './blas.js';
import { NativeKernels } from './native/native.js';
import { findTarget, type Target, widestAllowed } from './native/processor.js';
import { Routines } from './native/routines.js';
import { ReferenceKernels } from './reference.js';
import { createMemory, packedSize, scratchSize, WasmKernels } from './wasm.js';
import { type Backend, type SharedBackend, wasm } from './wasm-backend.js';

export { type Backend, type SharedBackend, wasm };

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
    return target.length === 512 ? 2 : 1;
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
  pace: () => (fusedTarget().length === 512 ? 2.5 : 1.3),
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
