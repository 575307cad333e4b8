// Where the states of the layers begin, if a task gives them: an affine map of a vector, or the final states of an
// encoder. The states of a text begin with zero and are carried on.

import type { Backend } from '../kernels/backend.js';
import type { Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { share, type Worker } from '../parallel/team.js';
import type { DropoutKeys } from './dropout.js';
import type { BatchFit, Extent } from './extent.js';
import { ownRows } from './layer.js';
import { type Affine, LinearInput, type Preparation } from './linear.js';
import type { ParameterBlock } from './parameters.js';
import { affineOf, type Stack } from './stack.js';

export interface Beginning {
  /** What it reads: vectors (N,F), or the symbols or vectors of sources (S·N) or (S·N, F). */
  readonly inputs: Tensor;
  readonly activations: readonly Tensor[];
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];
  fit(batch: BatchFit): void;
  /** Writes the initial states of this worker's streams. */
  forward(w: Worker, keys: DropoutKeys): void;
  /** From the gradients of the initial states. */
  backward(w: Worker, keys: DropoutKeys): void;
  weightGradients(w: Worker, keys: DropoutKeys): void;
  dropGradients(w: Worker, keys: DropoutKeys): void;
}

/** Each state s of each layer begins with v·W + b: v (N,F), W (F,H), b (H). A label is a vector with a one. */
export class AffineBeginning implements Beginning {
  readonly inputs: Tensor;
  readonly activations: readonly Tensor[] = [];
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];
  private readonly maps: readonly { readonly map: LinearInput; readonly initial: Tensor; readonly gradient: Tensor }[];

  constructor(
    plan: Plan,
    backend: Backend,
    { layers }: Stack,
    width: number,
    N: number,
    weights: ParameterBlock,
    gradients: ParameterBlock | undefined,
  ) {
    this.inputs = plan.tensor('given', N, width);
    this.maps = layers.flatMap(({ states }, l) =>
      states.map(({ name, initial, gradient }) => {
        const state = name.slice(name.indexOf('.') + 1);
        const affine: Affine = affineOf(weights, gradients, `initial${l}.W${state}`, `initial${l}.b${state}`);
        return { map: new LinearInput(plan, backend, this.inputs, affine), initial, gradient };
      }),
    );
    this.packed = this.maps.flatMap(({ map }) => map.packed);
    this.preparations = this.maps.flatMap(({ map }) => map.preparations);
  }

  fit(): void {}

  forward(w: Worker, keys: DropoutKeys): void {
    const own = share(this.inputs.shape[0], w);
    if (own.from === own.to) return;
    for (const { map, initial } of this.maps) map.forward(w, keys, initial, own);
  }

  backward(): void {}

  weightGradients(w: Worker, keys: DropoutKeys): void {
    for (const { map, gradient } of this.maps) map.weightGradients(w, keys, gradient);
  }

  dropGradients(): void {}
}

/** The states begin with the final states of an encoder that has read the source (Sutskever and others, 2014). */
export class EncoderBeginning implements Beginning {
  readonly inputs: Tensor;
  readonly activations: readonly Tensor[];
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];
  /** Gradients of the encoder's final states, by layer and state (N,H). */
  private readonly finals: readonly (readonly Tensor[])[];
  /** The encoder's stream of each stream, and the inverse. */
  private streams: readonly number[];
  private targets: readonly number[];

  constructor(
    plan: Plan,
    private readonly encoder: Stack,
    private readonly extent: Extent,
    private readonly writing: Extent,
    private readonly decoder: Stack,
  ) {
    this.inputs = encoder.inputs;
    this.activations = encoder.activations;
    this.packed = encoder.packed;
    this.preparations = encoder.preparations;
    this.finals = encoder.layers.map(({ states }) =>
      states.map(({ name, initial }) => plan.tensor(`d final ${name}`, ...initial.shape)),
    );
    this.streams = Array.from({ length: encoder.layers[0].states[0].initial.shape[0] }, (_, n) => n);
    this.targets = this.streams;
  }

  fit({ sourceLengths = [], sourceStreams = [], sourceNumbers }: BatchFit): void {
    this.extent.fit(sourceLengths, sourceNumbers);
    this.streams = sourceStreams;
    const targets: number[] = [];
    sourceStreams.forEach((source, n) => {
      targets[source] = n;
    });
    this.targets = targets;
  }

  forward(w: Worker, keys: DropoutKeys): void {
    const { encoder, decoder } = this;
    for (const { states } of encoder.layers) for (const { initial } of states) w.kernels.zero(ownRows(initial, w));
    encoder.forward(w, keys);
    // Another worker may have read the source of this worker's stream.
    w.barrier();
    const { from, to } = this.writing.streams();
    decoder.layers.forEach(({ states }, l) => {
      states.forEach(({ initial }, s) => {
        for (let n = from; n < to; n++) {
          w.kernels.copy(encoder.layers[l].finalOf(s, this.streams[n]), rows(initial, n, n + 1));
        }
      });
    });
  }

  backward(w: Worker, keys: DropoutKeys): void {
    const { encoder, decoder, finals } = this;
    w.barrier();
    const { from, to } = this.extent.streams();
    decoder.layers.forEach(({ states }, l) => {
      states.forEach(({ gradient }, s) => {
        for (let source = from; source < to; source++) {
          const n = this.targets[source];
          w.kernels.copy(rows(gradient, n, n + 1), rows(finals[l][s], source, source + 1));
        }
      });
    });
    for (const range of this.extent.ranges()) w.kernels.zero(rows(encoder.dh, range.from, range.to));
    encoder.backward(w, keys, finals);
  }

  weightGradients(w: Worker, keys: DropoutKeys): void {
    this.encoder.weightGradients(w, keys);
  }

  dropGradients(w: Worker, keys: DropoutKeys): void {
    this.encoder.dropGradients(w, keys);
  }
}
