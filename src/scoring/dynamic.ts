import type { Checkpoint, NamedArray } from '../checkpoint/checkpoint.js';
import { CharrnnError } from '../errors.js';
import { wasm } from '../kernels/backend.js';
import type { Kernels, Tensor, UpdateRule } from '../kernels/kernels.js';
import { Plan } from '../kernels/plan.js';
import { LanguageModel } from '../model/language-model.js';
import { planParameters } from '../model/parameters.js';
import { alone, type Worker } from '../model/team.js';

export interface DynamicOptions {
  /** Characters between two steps of adaptation. */
  readonly segment: number;
  /** Size of a step: the learning rate η. */
  readonly rate: number;
  /** Share of the way back to the trained weights that each step takes: λ. */
  readonly decay: number;
}

/** ε as a share of the root of the mean of v: a weight that training hardly moved does not leap. */
const EPSILON = 0.1;

/**
 * A model that goes on learning from what it reads (dynamic evaluation, Krause and others, 2018): behind each segment of
 * a text, which by then is scored, every weight takes one step against the gradient g of the segment's loss, divided by
 * the root of its mean square v in training, and a step back to the trained weights θ₀:
 *
 *   θ ← θ − η·g/(√v + ε),  θ ← θ + λ·(θ₀ − θ)
 *
 * No character is predicted by a model that has seen it.
 */
export class DynamicReader {
  private readonly model: LanguageModel;
  private readonly kernels: Kernels;
  private readonly worker: Worker;
  private readonly trained: Tensor;
  private readonly meanSquares: Tensor;
  private readonly rule: UpdateRule;
  private last: number | undefined;

  constructor(
    checkpoint: Checkpoint,
    private readonly options: DynamicOptions,
  ) {
    const plan = new Plan();
    const settings = { batch: 1, sequence: options.segment, dropout: 0, training: true };
    this.model = new LanguageModel(plan, wasm, checkpoint.model, settings);
    this.trained = planParameters(plan, checkpoint.model, 'trained ').block;
    const squares = planParameters(plan, checkpoint.model, 'v.');
    this.meanSquares = squares.block;
    this.kernels = wasm.create(plan);
    this.worker = { ...alone, kernels: this.kernels, scratch: this.model.scratchOf(alone) };
    const v = meanSquaresOf(checkpoint);
    for (const { name, values } of checkpoint.parameters) {
      this.kernels.write(this.model.weights.get(name), values);
      this.kernels.write(squares.get(name), v.get(name)?.values ?? []);
    }
    this.kernels.copy(this.model.weights.block, this.trained);
    this.rule = ruleFor(options.rate, rootMean([...v.values()]));
    this.reset();
  }

  /** Characters between two steps. */
  get segment(): number {
    return this.options.segment;
  }

  /** Forgets all text and all that was learnt from it. */
  reset(): void {
    this.kernels.copy(this.trained, this.model.weights.block);
    this.model.reset(this.worker);
    this.last = undefined;
  }

  /**
   * Nats of each symbol of a text behind all that was read before; NaN for the very first, which nothing predicts.
   * A rest that is no whole segment is scored, but not learnt from: call it with whole segments until the text ends.
   */
  read(symbols: ArrayLike<number>): Float64Array {
    const nats = new Float64Array(symbols.length).fill(Number.NaN);
    let at = 0;
    this.last ??= symbols[at++];
    for (; at < symbols.length; at += this.options.segment) {
      const size = Math.min(this.options.segment, symbols.length - at);
      nats.set(this.readSegment(symbols, at, size), at);
    }
    return nats;
  }

  private readSegment(symbols: ArrayLike<number>, at: number, size: number): Float64Array {
    const { model, kernels, worker, options } = this;
    const inputs = new Int32Array(options.segment);
    const targets = new Int32Array(options.segment).fill(-1);
    for (let i = 0; i < size; i++) {
      inputs[i] = i === 0 ? (this.last ?? 0) : symbols[at + i - 1];
      targets[i] = symbols[at + i];
    }
    kernels.writeIndices(model.inputs, inputs);
    kernels.writeIndices(model.targets, targets);
    model.prepare(worker, undefined);
    model.forward(worker, undefined);
    model.decode(worker, undefined);
    model.loss(worker, options.segment);
    const losses = Float64Array.from(kernels.read(model.losses)).subarray(0, size);
    this.last = symbols[at + size - 1];
    if (size === options.segment) this.learn();
    return losses;
  }

  private learn(): void {
    const { model, kernels, worker, options } = this;
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
  }
}

/** The step of rmsprop with mean squares that stay as they are (α = 1). */
function ruleFor(learningRate: number, rootMean: number): UpdateRule {
  const epsilon = EPSILON * rootMean;
  const unused = { decay: 0, beta1: 0, correction1: 1, correction2: 1 };
  return { optimizer: 'rmsprop', learningRate, beta2: 1, epsilon, ...unused };
}

/** The second moments of a checkpoint by the names of the parameters. @throws CharrnnError if it has none */
function meanSquaresOf({ training }: Checkpoint): ReadonlyMap<string, NamedArray> {
  const v = training?.moments.filter(({ name }) => name.startsWith('v.')) ?? [];
  if (v.length === 0) {
    const needs = 'dynamic evaluation needs the second moments of adam, adamw, rmsprop or adagrad';
    throw new CharrnnError(`${needs}; this checkpoint has none`);
  }
  return new Map(v.map((array) => [array.name.slice(2), array]));
}

/** The root of the mean of all values. */
function rootMean(arrays: readonly NamedArray[]): number {
  let sum = 0;
  let count = 0;
  for (const { values } of arrays) {
    for (const value of values) sum += value;
    count += values.length;
  }
  return Math.sqrt(sum / count);
}
