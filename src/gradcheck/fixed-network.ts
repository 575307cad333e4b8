// A network whose loss is a function of its weights alone: fixed texts or examples, fixed dropout masks.

import type { Backend } from '../kernels/backend.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import { type DropoutKeys, type DropoutSettings, dropoutKeys } from '../model/dropout.js';
import { loadBatch, predictionsOf } from '../model/example-batch.js';
import { create, layOut } from '../model/instance.js';
import type { LanguageModel } from '../model/network.js';
import type { ModelShape, Task } from '../model/shape.js';
import type { TaskName } from '../options/task-options.js';
import type { Worker } from '../parallel/team.js';
import { Purpose, randomBits, randomKey } from '../random.js';
import { byLength } from '../text/buckets.js';
import type { Examples, Texts } from '../text/examples.js';

export interface NetworkOptions extends DropoutSettings {
  readonly batch: number;
  readonly sequence: number;
  readonly seed: number;
}

/** A tensor by which the loss is differentiated, and its gradient. */
export interface Differentiable {
  readonly name: string;
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/** A model on one backend with fixed text and dropout masks, so that its loss is a function of weights and states. */
export class Network {
  readonly kernels: Kernels;
  /** All parameters, then all initial states that no task gives. */
  readonly variables: readonly Differentiable[];
  readonly model: LanguageModel;
  private readonly worker: Worker;
  private readonly keys: DropoutKeys;
  private predictions: number;

  constructor(backend: Backend, shape: ModelShape, options: NetworkOptions) {
    const { model, worker, kernels } = create(layOut({ backend, shape, settings: { ...options, training: true } }));
    this.model = model;
    this.worker = worker;
    this.kernels = kernels;
    this.keys = dropoutKeys(options.seed, 1, model.numberOfLayers);
    this.predictions = model.losses.size;
    const { weights } = this.model;
    const states = shape.task ? [] : model.states;
    this.variables = [
      ...weights.tensors.map((value) => ({
        name: value.name,
        value,
        gradient: this.model.gradients?.get(value.name) ?? value,
      })),
      ...states.map(({ name, initial, gradient }) => ({ name: `initial ${name}`, value: initial, gradient })),
    ];
  }

  /** Sets the symbols to read and to predict, both (T·N). */
  setText(inputs: ArrayLike<number>, targets: ArrayLike<number>): void {
    this.kernels.writeIndices(this.model.inputs, inputs);
    this.kernels.writeIndices(this.model.targets, targets);
  }

  /** Sets the examples of a task, at most N. */
  setExamples(examples: Examples, factors?: Float32Array): void {
    const all = Int32Array.from({ length: examples.count }, (_, i) => i);
    const members = byLength(examples, all).reverse();
    this.predictions = predictionsOf(examples, members);
    loadBatch(this.model, this.worker, examples, members, factors);
  }

  /** Returns the mean nats per prediction. */
  loss(): number {
    const { model, worker, kernels } = this;
    model.prepare(worker, this.keys);
    model.begin(worker, this.keys);
    model.forward(worker, this.keys);
    model.decode(worker, this.keys);
    model.loss(worker, this.predictions);
    return kernels.sum(model.losses) / this.predictions;
  }

  /** Returns the loss, and computes its gradient with respect to every variable. */
  lossAndGradients(): number {
    const { model, worker, kernels } = this;
    if (model.gradients) kernels.zero(model.gradients.block);
    const loss = this.loss();
    model.backward(worker, this.keys);
    model.weightGradients(worker, this.keys);
    model.dropGradients(worker, this.keys);
    return loss;
  }
}

/** A task to check without a checkpoint. */
export const sampleTask = (name: TaskName): Task => ({
  name,
  labels: name === 'translate' ? undefined : ['a', 'b', 'c', 'd'],
});

/**
 * Returns random examples of a task, N of them, of uneven length: at most T steps, at least one. What is read and what is
 * written have lengths of their own.
 */
export function randomExamples({ task, vocabulary: V }: ModelShape, N: number, T: number, seed: number): Examples {
  const key = randomKey(seed, Purpose.check, 2 ** 31, 1);
  let counter = 0;
  const below = (limit: number): number => randomBits(key, counter++) % limit;
  const ends = (): Uint32Array => {
    let end = 0;
    return Uint32Array.from({ length: N }, (_, n) => {
      end += n === 1 ? T : 1 + below(T);
      return end;
    });
  };
  const texts = (): Texts => {
    const own = ends();
    return { tokens: Uint32Array.from({ length: own[N - 1] }, () => below(V)), ends: own };
  };
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => below(2001) / 1000 - 1);
  const { name, labels, features } = task ?? { name: undefined, labels: undefined, features: undefined };
  const isFilm = features !== undefined && name !== 'describe';
  const frames = isFilm ? ends() : undefined;
  return {
    count: N,
    read: name === 'describe' || isFilm ? undefined : texts(),
    frames:
      frames && features ? { values: numbers(frames[N - 1] * features), width: features, ends: frames } : undefined,
    written: name === 'label' ? undefined : texts(),
    labels: labels && Int32Array.from({ length: N }, () => below(labels.length)),
    vectors: name === 'describe' && features !== undefined ? numbers(N * features) : undefined,
  };
}

export function randomText(seed: number, length: number, vocabulary: number): Int32Array {
  const key = randomKey(seed, Purpose.check, 2 ** 31);
  return Int32Array.from({ length }, (_, i) => randomBits(key, i) % vocabulary);
}
