import { auto, type SharedBackend, wasm } from '../kernels/backend.js';
import { rows } from '../kernels/plan.js';
import { memoryBytes } from '../kernels/wasm.js';
import { forReading, layOut } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';
import { AcceleratingInstance, type ParameterSource } from './accelerating-instance.js';

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

/**
 * A model that reads several texts in parallel, symbol by symbol, and predicts what follows in each. The predictions
 * for a text do not depend on the others, to the last bit. It has no gradients and no optimizer.
 */
export class Sampler {
  readonly texts: number;
  readonly steps: number;
  private readonly running: AcceleratingInstance;
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
    this.running = new AcceleratingInstance(shape, parameters, forReading({ batch: texts, sequence: steps }), backend);
    this.logits = new Float32Array(steps * texts * shape.vocabulary);
    this.reset();
  }

  /** Forgets everything read: zero state, equal logits. */
  reset(): void {
    this.running.instance.model.reset(this.running.instance.worker);
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
    const { model, worker, kernels } = this.running.instance;
    kernels.writeIndices(model.inputs, symbols);
    model.forward(worker, undefined);
    model.carry(worker);
    this.isDecoded = false;
    this.running.count(symbols.length);
  }

  /**
   * Gives all texts the initial states that the task computes from a vector (F), as if nothing had been read.
   * Only for a model whose states begin from vectors.
   */
  begin(vector: ArrayLike<number>): void {
    const { model, worker, kernels } = this.running.instance;
    const { beginning } = model;
    if (!beginning) throw new RangeError('the states of this model begin with zero');
    for (let n = 0; n < this.texts; n++) kernels.write(rows(beginning.inputs, n, n + 1), vector);
    model.begin(worker, undefined);
    this.isDecoded = true;
    this.logits.fill(0);
  }

  /** Reads only the first texts from now on, one symbol of each at a time; the logits of the others mean nothing. */
  fit(texts: number): void {
    this.running.instance.model.fit({ lengths: new Array<number>(texts).fill(1) });
  }

  /** The logits (T·N, V) of all texts after each symbol read last; all zero at the start. */
  get next(): Float32Array {
    if (!this.isDecoded) {
      const { model, worker, kernels } = this.running.instance;
      model.decode(worker, undefined);
      kernels.read(model.logits, this.logits);
      this.isDecoded = true;
    }
    return this.logits;
  }

  /** Returns the memory of a text. */
  remember(text: number): Memory {
    const { model, kernels } = this.running.instance;
    return model.states.map(({ initial }) => Float32Array.from(kernels.read(rows(initial, text, text + 1))));
  }

  /** Continues a text as if it had been read here. */
  recall(text: number, memory: Memory): void {
    const { model, kernels } = this.running.instance;
    model.states.forEach(({ initial }, i) => {
      kernels.write(rows(initial, text, text + 1), memory[i]);
    });
  }

  /** Continues the only text with other weights (a block of all) and another memory. */
  adopt(weights: ArrayLike<number>, memory: Memory): void {
    const { model, worker, kernels } = this.running.instance;
    kernels.write(model.weights.block, weights);
    model.prepare(worker, undefined);
    this.recall(0, memory);
  }

  /** Replaces the memory of each text n with the previous memory of text `from[n]`. */
  rearrange(from: readonly number[]): void {
    const { model, kernels } = this.running.instance;
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
