import type { Backend } from '../kernels/backend.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import { type DropoutKeys, type DropoutSettings, dropoutKeys } from '../model/dropout.js';
import { create, layOut } from '../model/instance.js';
import type { LanguageModel } from '../model/network.js';
import type { ModelShape } from '../model/shape.js';
import type { Worker } from '../parallel/team.js';

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
  /** All parameters, then all initial states. */
  readonly variables: readonly Differentiable[];
  readonly model: LanguageModel;
  private readonly worker: Worker;
  private readonly keys: DropoutKeys;

  constructor(backend: Backend, shape: ModelShape, options: NetworkOptions) {
    const { model, worker, kernels } = create(layOut({ backend, shape, settings: { ...options, training: true } }));
    this.model = model;
    this.worker = worker;
    this.kernels = kernels;
    this.keys = dropoutKeys(options.seed, 1, shape.layers);
    const { weights, states } = this.model;
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

  /** Returns the mean nats per character. */
  loss(): number {
    const { model, worker, kernels } = this;
    model.prepare(worker, this.keys);
    model.forward(worker, this.keys);
    model.decode(worker, this.keys);
    model.loss(worker, model.losses.size);
    return kernels.sum(model.losses) / model.losses.size;
  }

  /** Returns the loss, and computes its gradient with respect to every variable. */
  lossAndGradients(): number {
    const { model, worker, kernels } = this;
    if (model.gradients) kernels.zero(model.gradients.block);
    const loss = this.loss();
    model.backward(worker, this.keys);
    model.weightGradients(worker, this.keys);
    return loss;
  }
}
