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

/** A tensor that the loss is differentiated by, and its gradient. */
export interface Differentiable {
  readonly name: string;
  readonly value: Tensor;
  readonly gradient: Tensor;
}

/** A model on some backend, with fixed text and fixed dropout masks: its loss is a function of weights and states. */
export class Network {
  readonly kernels: Kernels;
  /** Every parameter, then every initial state. */
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

  /** The symbols read and to be predicted, both (T·N). */
  setText(inputs: ArrayLike<number>, targets: ArrayLike<number>): void {
    this.kernels.writeIndices(this.model.inputs, inputs);
    this.kernels.writeIndices(this.model.targets, targets);
  }

  /** Mean nats per character. */
  loss(): number {
    const { model, worker, kernels } = this;
    model.prepare(worker, this.keys);
    model.forward(worker, this.keys);
    model.decode(worker, this.keys);
    model.loss(worker, model.losses.size);
    return kernels.sum(model.losses) / model.losses.size;
  }

  /** The loss, and its gradient by every variable. */
  lossAndGradients(): number {
    const { model, worker, kernels } = this;
    if (model.gradients) kernels.zero(model.gradients.block);
    const loss = this.loss();
    model.backward(worker, this.keys);
    model.weightGradients(worker, this.keys);
    return loss;
  }
}
