import { auto, type SharedBackend, wasm } from '../kernels/backend.js';
import { rows } from '../kernels/plan.js';
import { createMemory, memoryBytes } from '../kernels/wasm.js';
import { attach, forReading, type Instance, layOut } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';

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
  /** Default: auto. */
  readonly backend?: SharedBackend | undefined;
}

/** Multiplications after which machine code is worth the time that it takes to generate: some 50 milliseconds. */
const SHORT = 5e8;

/**
 * A model that reads several texts in parallel, symbol by symbol, and predicts what follows in each. The predictions
 * for a text do not depend on the others, to the last bit. It has no gradients and no optimizer.
 */
export class Sampler {
  readonly texts: number;
  readonly steps: number;
  private instance: Instance;
  /** Multiplications until the kernels for brief work are replaced; 0 if they stay. */
  private left: number;
  private readonly accelerate: () => Instance;
  /** (T·N, V) */
  private readonly logits: Float32Array;
  private isDecoded = true;

  /** @throws CharrnnError when the model is too large for a WebAssembly memory */
  constructor(
    readonly shape: ModelShape,
    parameters: ParameterSource,
    { texts = 1, steps = 1, backend = auto }: SamplerSettings = {},
  ) {
    this.texts = texts;
    this.steps = steps;
    const settings = forReading({ batch: texts, sequence: steps });
    const first = backend.brief();
    const layout = layOut({ backend: first, shape, settings });
    const memory = createMemory(layout.plan);
    this.instance = attach(layout, memory);
    this.accelerate = () => attach({ ...layout, backend }, memory);
    this.left = first === backend ? 0 : SHORT;
    this.logits = new Float32Array(steps * texts * shape.vocabulary);
    const { model, worker, kernels } = this.instance;
    for (const w of model.weights.tensors) kernels.write(w, parameters(w.name));
    model.prepare(worker, undefined);
    this.reset();
  }

  /** Forgets everything read: zero state, equal logits. */
  reset(): void {
    this.instance.model.reset(this.instance.worker);
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
    const { model, worker, kernels } = this.instance;
    kernels.writeIndices(model.inputs, symbols);
    model.forward(worker, undefined);
    model.carry(worker);
    this.isDecoded = false;
    if (this.left <= 0) return;
    this.left -= symbols.length * model.weights.block.size;
    if (this.left <= 0) this.instance = this.accelerate();
  }

  /** The logits (T·N, V) of all texts after each symbol read last; all zero at the start. */
  get next(): Float32Array {
    if (!this.isDecoded) {
      const { model, worker, kernels } = this.instance;
      model.decode(worker, undefined);
      kernels.read(model.logits, this.logits);
      this.isDecoded = true;
    }
    return this.logits;
  }

  /** Returns the memory of a text. */
  remember(text: number): Memory {
    const { model, kernels } = this.instance;
    return model.states.map(({ initial }) => Float32Array.from(kernels.read(rows(initial, text, text + 1))));
  }

  /** Continues a text as if it had been read here. */
  recall(text: number, memory: Memory): void {
    const { model, kernels } = this.instance;
    model.states.forEach(({ initial }, i) => {
      kernels.write(rows(initial, text, text + 1), memory[i]);
    });
  }

  /** Replaces the memory of each text n with the previous memory of text `from[n]`. */
  rearrange(from: readonly number[]): void {
    const { model, kernels } = this.instance;
    for (const { initial } of model.states) {
      const [N, H] = initial.shape;
      const before = kernels.read(initial);
      const after = new Float32Array(N * H);
      from.forEach((source, n) => {
        after.set(before.subarray(source * H, (source + 1) * H), n * H);
      });
      kernels.write(initial, after);
    }
  }
}
