import type { SharedBackend } from '../kernels/backend.js';
import { createMemory } from '../kernels/wasm.js';
import { attach, type Instance, layOut } from '../model/instance.js';
import type { ModelSettings } from '../model/network.js';
import type { ModelShape } from '../model/shape.js';

/** Returns the values of a parameter by its name. */
export type ParameterSource = (name: string) => ArrayLike<number>;

/** Returns the parameters of a checkpoint by name; none for a name that it lacks. */
export function parameterSource(
  parameters: readonly { readonly name: string; readonly values: Float32Array }[],
): ParameterSource {
  const arrays = new Map(parameters.map(({ name, values }) => [name, values]));
  return (name) => arrays.get(name) ?? [];
}

/** Multiplications after which machine code is worth the time that it takes to generate: some 50 milliseconds. */
const SHORT = 5e8;

/**
 * A model that only reads, in its own memory and ready to run. It begins with kernels that need no preparation, and
 * changes to those of its backend, which compute the same bits, when the work turns out to be long.
 */
export class AcceleratingInstance {
  instance: Instance;
  /** Multiplications until the kernels for brief work are replaced; 0 if they stay. */
  private left: number;
  private readonly accelerate: () => Instance;

  /** @throws CharrnnError when the model is too large for a WebAssembly memory */
  constructor(shape: ModelShape, parameters: ParameterSource, settings: ModelSettings, backend: SharedBackend) {
    const first = backend.brief();
    const layout = layOut({ backend: first, shape, settings });
    const memory = createMemory(layout.plan);
    this.instance = attach(layout, memory);
    this.accelerate = () => attach({ ...layout, backend }, memory);
    this.left = first === backend ? 0 : SHORT;
    const { model, worker, kernels } = this.instance;
    for (const w of model.weights.tensors) kernels.write(w, parameters(w.name));
    model.prepare(worker, undefined);
  }

  /** Counts symbols that were read. */
  count(symbols: number): void {
    if (this.left <= 0) return;
    this.left -= symbols * this.instance.model.weights.block.size;
    if (this.left <= 0) this.instance = this.accelerate();
  }
}
