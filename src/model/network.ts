import type { Backend } from '../kernels/backend.js';
import type { Range, Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { alone, ownSequence, type Team, type Worker } from '../parallel/team.js';
import { Connection, type DropoutKeys, type DropoutSettings } from './dropout.js';
import { OneHot } from './embedding.js';
import { type CarriedState, once, ownRows, RecurrentLayer } from './layer.js';
import { type Affine, Dense, type Preparation, type Projection } from './linear.js';
import { type ParameterBlock, planParameters } from './parameters.js';
import { cellsByName, type ModelShape } from './shape.js';

export interface ModelSettings extends DropoutSettings {
  /** Batch size (N). */
  readonly batch: number;
  /** Sequence length (T). */
  readonly sequence: number;
  /** Whether to lay out gradients. */
  readonly training: boolean;
}

/**
 * The network: symbols → recurrent layers → decoder → softmax cross-entropy, laid out in a plan for sequences of
 * T steps of N streams. Each worker of a team has its own object over the same memory and calls the same methods.
 */
export class LanguageModel {
  readonly weights: ParameterBlock;
  readonly gradients: ParameterBlock | undefined;
  /** Symbols to read and to predict (T·N), stream n of step t at t·N + n; a target of −1 does not count. */
  readonly inputs: Tensor;
  readonly targets: Tensor;
  /** Nats of each prediction (T·N). */
  readonly losses: Tensor;
  /** Logits (T·N, V), which the loss turns into their gradient. */
  readonly logits: Tensor;
  readonly layers: readonly RecurrentLayer[];
  /** The arrays of a sequence that the layers keep between forward and backward. */
  readonly activations: readonly Tensor[];
  /** The weights in the form that matrix products read. */
  readonly packed: readonly Tensor[];

  private readonly decoder: Projection;
  private readonly preparations: readonly Preparation[];
  /** The gradient of a layer's output (T·N, H). */
  private readonly dh: Tensor;
  private readonly scratch: Tensor;
  private readonly ownSequence: () => readonly Range[];

  constructor(
    plan: Plan,
    backend: Backend,
    readonly shape: ModelShape,
    readonly settings: ModelSettings,
    team: Team = alone,
  ) {
    const { layers: L, hidden: H, vocabulary: V } = shape;
    const { batch: N, sequence: T, locked = false, training } = settings;
    const [dropout, weightDrop = 0] = training ? [settings.dropout, settings.weightDrop] : [0, 0];
    const cell = cellsByName[shape.cell];
    this.weights = planParameters(plan, shape, '');
    this.gradients = training ? planParameters(plan, shape, 'd') : undefined;
    this.inputs = plan.tensor('inputs', T * N);
    this.targets = plan.tensor('targets', T * N);
    this.losses = plan.tensor('losses', T * N);
    this.logits = plan.tensor('logits', T * N, V);
    this.dh = plan.tensor('dh', T * N, H);
    this.ownSequence = once(() => ownSequence(T, N, team));
    const affine = (W: string, b: string): Affine => ({
      W: this.weights.get(W),
      b: this.weights.get(b),
      dW: this.gradients?.get(W),
      db: this.gradients?.get(b),
    });
    const layers: RecurrentLayer[] = [];
    const activations: Tensor[] = [];
    let below: Connection | undefined;
    for (let l = 0; l < L; l++) {
      const name = `layer${l}`;
      const input = affine(`${name}.Wx`, `${name}.b`);
      const projection = below ? new Dense(plan, backend, below, input) : new OneHot(this.inputs, input);
      const recurrent = {
        Wh: this.weights.get(`${name}.Wh`),
        bh: this.weights.find(`${name}.bh`),
        dWh: this.gradients?.get(`${name}.Wh`),
        dbh: this.gradients?.find(`${name}.bh`),
      };
      const layer = new RecurrentLayer(
        plan,
        backend,
        l,
        cell,
        { N, T, H },
        projection,
        recurrent,
        this.dh,
        team,
        weightDrop,
      );
      below = new Connection(plan, l, layer.output, N, { dropout, locked });
      layers.push(layer);
      activations.push(...layer.activations, ...below.activations);
    }
    this.layers = layers;
    this.activations = activations;
    this.decoder = new Dense(plan, backend, below as Connection, affine('decoder.W', 'decoder.b'));
    this.packed = [...layers.flatMap((layer) => layer.packed), ...this.decoder.packed];
    this.preparations = [...layers.flatMap((layer) => layer.preparations), ...this.decoder.preparations];
    const size = training ? Math.max(backend.scratchSize(H, cell.gates * H), backend.scratchSize(H, V)) : 0;
    this.scratch = plan.tensor('scratch', team.size, size);
  }

  /** All carried states, from the input up. */
  get states(): CarriedState[] {
    return this.layers.flatMap((layer) => layer.states);
  }

  /** The scratch memory of a worker. */
  scratchOf({ rank }: Team): Tensor {
    return rows(this.scratch, rank, rank + 1);
  }

  /** Converts the weights to the form that matrix products read; call it after each change of the weights. */
  prepare(w: Worker, keys: DropoutKeys): void {
    for (let i = w.rank; i < this.preparations.length; i += w.size) this.preparations[i](w.kernels, keys);
  }

  /**
   * From `inputs` and the initial states to the top layer's output. This and the methods up to `backward` process only
   * this worker's streams.
   */
  forward(w: Worker, keys: DropoutKeys): void {
    for (const layer of this.layers) layer.forward(w, keys);
  }

  /** From the top layer's output to `logits`. */
  decode(w: Worker, keys: DropoutKeys): void {
    for (const range of this.ownSequence()) this.decoder.forward(w, keys, this.logits, range);
  }

  /** From `logits` to `losses` and the gradient of their mean over `count` predictions. */
  loss(w: Worker, count: number): void {
    for (const { from, to } of this.ownSequence()) {
      const [logits, targets, losses] = [this.logits, this.targets, this.losses].map((x) => rows(x, from, to));
      w.kernels.crossEntropy(logits, targets, losses, 1 / count);
    }
  }

  /** From the gradient of the logits back to da of every step of every layer. */
  backward(w: Worker, keys: DropoutKeys): void {
    for (const range of this.ownSequence()) this.decoder.backward(w, keys, this.logits, this.dh, range);
    for (let l = this.layers.length - 1; l >= 0; l--) this.layers[l].backward(w, keys);
  }

  /** Adds this worker's columns to `gradients`, which must be zero beforehand. Call after a barrier. */
  weightGradients(w: Worker, keys: DropoutKeys): void {
    this.decoder.weightGradients(w, keys, this.logits);
    for (const layer of this.layers) layer.weightGradients(w, keys);
  }

  /** Copies final states to initial states, for this worker's streams. */
  carry(w: Worker): void {
    for (const layer of this.layers) layer.carry(w);
  }

  /** Sets initial states to zero, for this worker's streams. */
  reset(w: Worker): void {
    for (const { initial } of this.states) w.kernels.zero(ownRows(initial, w));
  }
}
