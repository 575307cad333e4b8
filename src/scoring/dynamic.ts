import type { Checkpoint, NamedArray } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { auto } from '../kernels/backend.js';
import type { Tensor, UpdateRule } from '../kernels/kernels.js';
import { create, layOut } from '../model/instance.js';
import type { LanguageModel } from '../model/network.js';
import { momentPrefix, planParameters, writeArrays } from '../model/parameters.js';
import { dynamicOptions } from '../options/measuring-options.js';
import { checkMembers, defaultsOf } from '../options/option.js';
import type { Worker } from '../parallel/team.js';

/**
 * Reads one stream of symbols, T at a time, and computes what each costs given everything before it. Symbols may arrive
 * in pieces of any size: an incomplete segment is read again when more of it arrives.
 */
export class StreamReader {
  private readonly inputs: Int32Array;
  private readonly targets: Int32Array;
  /** The symbol before the current segment. */
  private before: number | undefined;
  /** The symbols of the current segment scored so far. */
  private pending: number[] = [];

  /**
   * @param model a model with batch size 1
   * @param afterSegment called after each whole segment, while its losses and activations are in the model
   */
  constructor(
    private readonly model: LanguageModel,
    private readonly w: Worker,
    private readonly afterSegment: () => void,
  ) {
    const { sequence } = model.settings;
    this.inputs = new Int32Array(sequence);
    this.targets = new Int32Array(sequence);
    this.reset();
  }

  /** Forgets all text. */
  reset(): void {
    this.model.reset(this.w);
    this.before = undefined;
    this.pending = [];
  }

  /** Returns the nats of each symbol given everything before it; NaN for the very first, which nothing predicts. */
  read(symbols: ArrayLike<number>): Float64Array {
    const nats = new Float64Array(symbols.length).fill(Number.NaN);
    const { sequence } = this.model.settings;
    let at = 0;
    if (this.before === undefined && symbols.length > 0) this.before = symbols[at++];
    while (at < symbols.length) {
      const known = this.pending.length;
      for (let i = at; i < symbols.length && this.pending.length < sequence; i++) this.pending.push(symbols[i]);
      const losses = this.readSegment();
      nats.set(losses.subarray(known), at);
      at += this.pending.length - known;
      if (this.pending.length === sequence) this.endSegment();
    }
    return nats;
  }

  /** Returns the nats of the pending symbols, read from the state at the beginning of the segment. */
  private readSegment(): Float64Array {
    const { model, w, inputs, targets, pending } = this;
    targets.fill(-1);
    for (let i = 0; i < pending.length; i++) {
      inputs[i] = i === 0 ? (this.before ?? 0) : pending[i - 1];
      targets[i] = pending[i];
    }
    w.kernels.writeIndices(model.inputs, inputs);
    w.kernels.writeIndices(model.targets, targets);
    model.forward(w, undefined);
    model.decode(w, undefined);
    model.loss(w, inputs.length);
    return Float64Array.from(w.kernels.read(model.losses).subarray(0, pending.length));
  }

  private endSegment(): void {
    this.before = this.pending.at(-1);
    this.pending = [];
    this.afterSegment();
  }
}

export interface DynamicOptions {
  /** Characters between two adaptation steps. */
  readonly segment: number;
  /** Step size: the learning rate η. */
  readonly rate: number;
  /** Fraction of the distance back to the trained weights that each step moves: λ. */
  readonly decay: number;
}

/** ε as a fraction of the root of the mean of v. It keeps a weight that training hardly moved from jumping. */
const EPSILON = 0.1;

/**
 * A model that keeps learning from the text it reads (dynamic evaluation, Krause et al., 2018). After each segment of a
 * text has been scored, every weight takes one step against the gradient g of the segment's loss, divided by the root
 * of its mean square v in training, and one step back towards the trained weights θ₀:
 *
 *   θ ← θ − η·g/(√v + ε),  θ ← θ + λ·(θ₀ − θ)
 *
 * No character is predicted by a model that has seen it.
 */
export class DynamicReader {
  private readonly model: LanguageModel;
  private readonly worker: Worker;
  private readonly trained: Tensor;
  private readonly meanSquares: Tensor;
  private readonly rule: UpdateRule;
  private readonly stream: StreamReader;

  constructor(
    checkpoint: Checkpoint,
    private readonly options: DynamicOptions,
  ) {
    const v = meanSquaresOf(checkpoint);
    const { model: shape, parameters } = checkpoint;
    const settings = { batch: 1, sequence: options.segment, dropout: 0, training: true };
    const layout = layOut({ backend: auto, shape, settings });
    this.trained = planParameters(layout.plan, shape, 'trained ').block;
    const squares = planParameters(layout.plan, shape, momentPrefix('v'));
    this.meanSquares = squares.block;
    const { model, worker, kernels } = create(layout, parameters);
    this.model = model;
    this.worker = worker;
    kernels.copy(model.weights.block, this.trained);
    writeArrays(kernels, squares.tensors, v);
    this.rule = ruleFor(options.rate, rootMean(v));
    this.stream = new StreamReader(this.model, this.worker, () => this.learn());
    this.reset();
  }

  /** Forgets all text and everything learnt from it. */
  reset(): void {
    this.worker.kernels.copy(this.trained, this.model.weights.block);
    this.model.prepare(this.worker, undefined);
    this.stream.reset();
  }

  /** Returns the nats of each symbol given everything before it; NaN for the very first, which nothing predicts. */
  read(symbols: ArrayLike<number>): Float64Array {
    return this.stream.read(symbols);
  }

  /** All weights as they are now, in one block. */
  get weights(): ArrayLike<number> {
    return this.worker.kernels.read(this.model.weights.block);
  }

  /** Every carried state (H) before the current segment, from the first layer to the last. */
  get memory(): Float32Array[] {
    return this.model.states.map(({ initial }) => Float32Array.from(this.worker.kernels.read(initial)));
  }

  /** Adapts the weights after a whole segment has been scored. */
  private learn(): void {
    const { model, worker, options } = this;
    const { kernels } = worker;
    if (!model.gradients) return;
    const { block: weights } = model.weights;
    const { block: gradients } = model.gradients;
    const all = { from: 0, to: weights.size };
    kernels.zero(gradients);
    model.backward(worker, undefined);
    model.weightGradients(worker, undefined);
    kernels.update(weights, gradients, gradients, this.meanSquares, this.rule, all);
    kernels.blend(this.trained, weights, options.decay, all);
    model.carry(worker);
    model.prepare(worker, undefined);
  }
}

/** An rmsprop step with fixed mean squares (α = 1). */
function ruleFor(learningRate: number, rootMean: number): UpdateRule {
  const epsilon = EPSILON * rootMean;
  const unused = { decay: 0, beta1: 0, correction1: 1, correction2: 1 };
  return { optimizer: 'rmsprop', learningRate, beta2: 1, epsilon, ...unused };
}

/** Returns the second moments of a checkpoint. @throws CharrnnError if it has none */
function meanSquaresOf({ training }: Checkpoint): readonly NamedArray[] {
  const v = training?.moments.filter(({ name }) => name.startsWith(momentPrefix('v'))) ?? [];
  if (v.length === 0) {
    const needs = 'dynamic evaluation needs the second moments of adam, adamw, rmsprop or adagrad';
    throw new CharrnnError(`${needs}; this checkpoint has none`);
  }
  return v;
}

/** Returns the root of the mean of all values. */
function rootMean(arrays: readonly NamedArray[]): number {
  let sum = 0;
  let count = 0;
  for (const { values } of arrays) {
    for (const value of values) sum += value;
    count += values.length;
  }
  return Math.sqrt(sum / count);
}

/** Returns the options of a request: true for the defaults, or those that are given. @throws CharrnnError (exit code 2) */
export function dynamicOf(dynamic: boolean | Partial<DynamicOptions> | undefined): DynamicOptions | undefined {
  if (!dynamic) return undefined;
  const given = typeof dynamic === 'object' ? dynamic : {};
  const { segment: dynamicSegment, rate: dynamicRate, decay: dynamicDecay } = given;
  checkMembers(dynamicOptions, { dynamicSegment, dynamicRate, dynamicDecay });
  const { dynamicSegment: segment, dynamicRate: rate, dynamicDecay: decay } = defaultsOf(dynamicOptions);
  return { segment, rate, decay, ...given };
}
