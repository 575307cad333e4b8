import type { Backend } from '../kernels/backend.js';
import type { Tensor } from '../kernels/kernels.js';
import type { Plan } from '../kernels/plan.js';
import type { Team, Worker } from '../parallel/team.js';
import { Connection, type DropoutKeys, type DropoutSettings } from './dropout.js';
import { OneHot } from './embedding.js';
import type { Extent } from './extent.js';
import { RecurrentLayer } from './layer.js';
import { type Affine, Dense, LinearInput, type Preparation } from './linear.js';
import type { ParameterBlock } from './parameters.js';
import { cellsByName, type ModelShape } from './shape.js';

/** What a stack is laid out for. */
export interface StackSettings extends DropoutSettings {
  /** Prefix of the names of its layers: `layer` for the one that writes, `encoder` for the one that only reads. */
  readonly prefix: 'layer' | 'encoder';
  /** Number of its first layer among all of the network's layers. */
  readonly first: number;
  /** Size of the vectors that it reads (F); undefined if it reads symbols. */
  readonly features: number | undefined;
  readonly batch: number;
  readonly sequence: number;
}

/** Stacked recurrent layers over a sequence: the output of each is the input of the next. */
export class Stack {
  /** Symbols (T·N) or vectors (T·N, F), stream n of step t at t·N + n. */
  readonly inputs: Tensor;
  readonly layers: readonly RecurrentLayer[];
  /** The output of the top layer. */
  readonly top: Connection;
  /** The gradient of a layer's output (T·N, H). All layers share it, because they go backward one at a time. */
  readonly dh: Tensor;
  readonly activations: readonly Tensor[];
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];

  constructor(
    plan: Plan,
    backend: Backend,
    { cell: name, layers: L, hidden: H }: ModelShape,
    settings: StackSettings,
    weights: ParameterBlock,
    gradients: ParameterBlock | undefined,
    extent: Extent,
    team: Team,
  ) {
    const { prefix, first, features, batch: N, sequence: T, dropout, locked = false, weightDrop = 0 } = settings;
    const cell = cellsByName[name];
    const of = prefix === 'layer' ? '' : `${prefix} `;
    this.inputs =
      features === undefined ? plan.tensor(`${of}inputs`, T * N) : plan.tensor(`${of}inputs`, T * N, features);
    this.dh = plan.tensor(`${of}dh`, T * N, H);
    const layers: RecurrentLayer[] = [];
    const activations: Tensor[] = [];
    let below: Connection | undefined;
    for (let l = 0; l < L; l++) {
      const place = { name: `${prefix}${l}`, number: first + l };
      const input = affineOf(weights, gradients, `${place.name}.Wx`, `${place.name}.b`);
      const bottom = (): OneHot | LinearInput =>
        features === undefined ? new OneHot(this.inputs, input) : new LinearInput(plan, backend, this.inputs, input);
      const projection = below ? new Dense(plan, backend, below, input) : bottom();
      const recurrent = {
        Wh: weights.get(`${place.name}.Wh`),
        bh: weights.find(`${place.name}.bh`),
        dWh: gradients?.get(`${place.name}.Wh`),
        dbh: gradients?.find(`${place.name}.bh`),
      };
      const sizes = { N, T, H };
      const layer = new RecurrentLayer(
        ...([plan, backend, place, cell, sizes, projection, recurrent, this.dh, extent, team, weightDrop] as const),
      );
      below = new Connection(plan, place.number, layer.output, extent, { dropout, locked });
      layers.push(layer);
      activations.push(...layer.activations, ...below.activations);
    }
    this.layers = layers;
    this.top = below as Connection;
    this.activations = activations;
    this.packed = layers.flatMap((layer) => layer.packed);
    this.preparations = layers.flatMap((layer) => layer.preparations);
  }

  forward(w: Worker, keys: DropoutKeys): void {
    for (const layer of this.layers) layer.forward(w, keys);
  }

  /** From the gradient of the top layer's output, `dh`. @param finals gradients of each layer's final states */
  backward(w: Worker, keys: DropoutKeys, finals?: readonly (readonly Tensor[])[]): void {
    for (let l = this.layers.length - 1; l >= 0; l--) this.layers[l].backward(w, keys, finals?.[l]);
  }

  weightGradients(w: Worker, keys: DropoutKeys): void {
    for (const layer of this.layers) layer.weightGradients(w, keys);
  }

  dropGradients(w: Worker, keys: DropoutKeys): void {
    for (const layer of this.layers) layer.dropGradients(w, keys);
  }
}

/** The weights of an affine map and their gradients, by the names of the parameters. */
export const affineOf = (
  weights: ParameterBlock,
  gradients: ParameterBlock | undefined,
  W: string,
  b: string,
): Affine => ({ W: weights.get(W), b: weights.get(b), dW: gradients?.get(W), db: gradients?.get(b) });
