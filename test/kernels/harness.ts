import assert from 'node:assert/strict';
import { auto, type Backend, blas, fused, reference, wasm } from '../../src/kernels/backend.js';
import { hasBlas } from '../../src/kernels/blas.js';
import type { Kernels, Tensor } from '../../src/kernels/kernels.js';
import { findTarget } from '../../src/kernels/native/processor.js';
import { Plan } from '../../src/kernels/plan.js';
import { randomKey, uniform } from '../../src/random.js';

/** Every backend that must agree with the float64 reference; fused and a BLAS if the machine has them. */
export const backends: readonly Backend[] = [
  ...[wasm, auto, reference('float32')],
  ...(findTarget(true) ? [fused] : []),
  ...(hasBlas() ? [blas] : []),
];

export type Tensors = Readonly<Record<string, Tensor>>;
export interface Case {
  /** Shapes of the tensors; those whose name begins with `i` hold indices below 5. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Numbers are uniform in ±`spread`. */
  readonly spread?: number;
  /** Values that replace the random ones. */
  readonly values?: Readonly<Record<string, readonly number[]>>;
  /** Names of matrices (K,M) to pack, and to pack transposed, as `packed <name>`. */
  readonly packed?: readonly string[];
  readonly transposed?: readonly string[];
  readonly call: (k: Kernels, x: Tensors, scratch: Tensor) => void;
}

/** Runs a case on a backend. @returns the values of every tensor that is not packed or scratch */
export function run(backend: Backend, { shapes, spread = 1, values = {}, packed, transposed, call }: Case) {
  const plan = new Plan();
  const tensors: Record<string, Tensor> = {};
  const names = Object.keys(shapes);
  for (const name of names) tensors[name] = plan.tensor(name, ...shapes[name]);
  for (const name of packed ?? []) {
    tensors[`packed ${name}`] = plan.tensor('packed', backend.packedSize(shapes[name][0], shapes[name][1]));
  }
  for (const name of transposed ?? []) {
    tensors[`packed ${name}`] = plan.tensor('packed', backend.packedSize(shapes[name][1], shapes[name][0]));
  }
  const scratch = plan.tensor('scratch', backend.scratchSize(70, 70));
  const k = backend.create(plan);
  names.forEach((name, index) => {
    const key = randomKey(7, index);
    const { size } = tensors[name];
    if (name.startsWith('i')) {
      k.writeIndices(
        tensors[name],
        values[name] ?? Array.from({ length: size }, (_, i) => Math.floor(5 * uniform(key, i))),
      );
    } else {
      const chosen = values[name] ?? Array.from({ length: size }, (_, i) => (2 * uniform(key, i) - 1) * spread);
      k.write(tensors[name], Float32Array.from(chosen));
    }
  });
  for (const name of packed ?? []) k.pack(tensors[name], tensors[`packed ${name}`]);
  for (const name of transposed ?? []) k.packTransposed(tensors[name], tensors[`packed ${name}`]);
  call(k, tensors, scratch);
  return new Map(names.filter((name) => !name.startsWith('i')).map((name) => [name, k.read(tensors[name])]));
}

/** Asserts that a backend agrees with the float64 reference within `bound` times the tensor's largest number. */
export function assertConforms(backend: Backend, bound: number, test: Case): void {
  const expected = run(reference('float64'), test);
  const actual = run(backend, test);
  for (const [name, values] of expected) {
    const found = actual.get(name) ?? [];
    const largest = Math.max(1e-30, ...Array.from(values, Math.abs));
    for (let i = 0; i < values.length; i++) {
      const error = Math.abs(found[i] - values[i]) / largest;
      assert.ok(error <= bound, `${backend.name}: ${name}[${i}] is ${found[i]}, not ${values[i]} (error ${error})`);
    }
  }
}
