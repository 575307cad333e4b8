import { wasm } from '../kernels/backend.js';
import type { Kernels } from '../kernels/kernels.js';
import { Plan } from '../kernels/plan.js';
import { memoryBytes } from '../kernels/wasm.js';
import { LanguageModel } from '../model/language-model.js';
import type { ModelShape } from '../model/shape.js';
import { alone, type Worker } from '../model/team.js';

/** Values of a parameter by its name. */
export type ParameterSource = (name: string) => ArrayLike<number>;

function layOut(shape: ModelShape): { plan: Plan; model: LanguageModel } {
  const plan = new Plan();
  const settings = { batch: 1, sequence: 1, dropout: 0, training: false };
  return { plan, model: new LanguageModel(plan, wasm, shape, settings) };
}

/** Bytes that a sampler takes beside the parameters that it is given. */
export const samplerBytes = (shape: ModelShape): number => memoryBytes(layOut(shape).plan);

/** A model that reads one symbol at a time and says what may follow. It has no gradients and no optimizer. */
export class Sampler {
  private readonly kernels: Kernels;
  private readonly model: LanguageModel;
  private readonly worker: Worker;
  private readonly logits: Float32Array;

  /** @throws CharrnnError when the model is too large for a WebAssembly memory */
  constructor(shape: ModelShape, parameters: ParameterSource) {
    const { plan, model } = layOut(shape);
    this.model = model;
    this.kernels = wasm.create(plan);
    this.worker = { ...alone, kernels: this.kernels, scratch: this.model.scratchOf(alone) };
    this.logits = new Float32Array(shape.vocabulary);
    for (const w of this.model.weights.tensors) this.kernels.write(w, parameters(w.name));
    this.model.prepare(this.worker, undefined);
    this.reset();
  }

  /** Forgets all that was read: zero state, equal logits. */
  reset(): void {
    this.model.reset(this.worker);
    this.logits.fill(0);
  }

  /** Reads one symbol. @returns the logits (V) of the next one; the array is the sampler's own */
  read(symbol: number): Float32Array {
    const { model, worker, kernels } = this;
    kernels.writeIndices(model.inputs, [symbol]);
    model.forward(worker, undefined);
    model.decode(worker, undefined);
    model.carry(worker);
    kernels.read(model.logits, this.logits);
    return this.logits;
  }

  /** The logits (V) after what was read last; all zero at the start. */
  get next(): Float32Array {
    return this.logits;
  }
}
