import { type SharedBackend, wasm } from '../kernels/backend.js';
import type { Kernels } from '../kernels/kernels.js';
import { rows } from '../kernels/plan.js';
import { memoryBytes } from '../kernels/wasm.js';
import { create, forReading, layOut } from '../model/instance.js';
import type { LanguageModel } from '../model/network.js';
import type { ModelShape } from '../model/shape.js';
import type { Worker } from '../parallel/team.js';

/** Returns the values of a parameter by its name. */
export type ParameterSource = (name: string) => ArrayLike<number>;

/** Bytes that a sampler of one text takes in addition to the parameters that it is given. */
export const samplerBytes = (shape: ModelShape): number =>
  memoryBytes(layOut({ backend: wasm, shape, settings: forReading({ batch: 1, sequence: 1 }) }).plan);

/** What a model remembers of the text it has read: every carried state (H), from the first layer to the last. */
export type Memory = readonly Float32Array[];

export interface SamplerSettings {
  /** Texts that are read in parallel (N). Default: 1. */
  readonly texts?: number;
  /** Symbols of each text that are read at once (T). Default: 1. */
  readonly steps?: number;
  /** Default: WebAssembly. */
  readonly backend?: SharedBackend | undefined;
}

/**
 * A model that reads several texts in parallel, symbol by symbol, and predicts what follows in each. The predictions
 * for a text do not depend on the others, to the last bit. It has no gradients and no optimizer.
 */
export class Sampler {
  readonly texts: number;
  readonly steps: number;
  private readonly kernels: Kernels;
  private readonly model: LanguageModel;
  private readonly worker: Worker;
  /** (T·N, V) */
  private readonly logits: Float32Array;
  private isDecoded = true;

  /** @throws CharrnnError when the model is too large for a WebAssembly memory */
  constructor(
    readonly shape: ModelShape,
    parameters: ParameterSource,
    { texts = 1, steps = 1, backend = wasm }: SamplerSettings = {},
  ) {
    this.texts = texts;
    this.steps = steps;
    const settings = forReading({ batch: texts, sequence: steps });
    const { model, worker, kernels } = create(layOut({ backend, shape, settings }));
    this.model = model;
    this.worker = worker;
    this.kernels = kernels;
    this.logits = new Float32Array(steps * texts * shape.vocabulary);
    for (const w of this.model.weights.tensors) this.kernels.write(w, parameters(w.name));
    this.model.prepare(this.worker, undefined);
    this.reset();
  }

  /** Forgets everything read: zero state, equal logits. */
  reset(): void {
    this.model.reset(this.worker);
    this.logits.fill(0);
    this.isDecoded = true;
  }

  /** Reads one symbol of the only text. @returns the logits (V) of the next one, in an array that is reused */
  read(symbol: number): Float32Array {
    this.feed([symbol]);
    return this.next;
  }

  /** Reads symbols (T·N), that of text n at step t at index t·N + n. Logits are only computed when `next` is read. */
  feed(symbols: ArrayLike<number>): void {
    const { model, worker, kernels } = this;
    kernels.writeIndices(model.inputs, symbols);
    model.forward(worker, undefined);
    model.carry(worker);
    this.isDecoded = false;
  }

  /** The logits (T·N, V) of all texts after each symbol read last; all zero at the start. */
  get next(): Float32Array {
    if (!this.isDecoded) {
      this.model.decode(this.worker, undefined);
      this.kernels.read(this.model.logits, this.logits);
      this.isDecoded = true;
    }
    return this.logits;
  }

  /** Returns the memory of a text. */
  remember(text: number): Memory {
    return this.model.states.map(({ initial }) => Float32Array.from(this.kernels.read(rows(initial, text, text + 1))));
  }

  /** Continues a text as if it had been read here. */
  recall(text: number, memory: Memory): void {
    this.model.states.forEach(({ initial }, i) => {
      this.kernels.write(rows(initial, text, text + 1), memory[i]);
    });
  }

  /** Replaces the memory of each text n with the previous memory of text `from[n]`. */
  rearrange(from: readonly number[]): void {
    for (const { initial } of this.model.states) {
      const [N, H] = initial.shape;
      const before = this.kernels.read(initial);
      const after = new Float32Array(N * H);
      from.forEach((source, n) => {
        after.set(before.subarray(source * H, (source + 1) * H), n * H);
      });
      this.kernels.write(initial, after);
    }
  }
}
