import type { Backend } from '../kernels/backend.js';
import type { Range, Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { alone, share, streamsOf, type Team, type Worker } from '../parallel/team.js';
import { AffineBeginning, type Beginning, EncoderBeginning } from './beginning.js';
import { Connection, type DropoutKeys, type DropoutSettings } from './dropout.js';
import { type BatchFit, Extent } from './extent.js';
import { type CarriedState, ownRows, type RecurrentLayer } from './layer.js';
import { Dense, type Preparation, type Projection } from './linear.js';
import { type ParameterBlock, planParameters } from './parameters.js';
import { cellsByName, featuresRead, givenWidth, type ModelShape, outputsOf } from './shape.js';
import { affineOf, Stack } from './stack.js';

export interface ModelSettings extends DropoutSettings {
  /** Batch size (N): streams of this process. */
  readonly batch: number;
  /** Streams of all processes. Default: `batch`. */
  readonly allStreams?: number;
  /** Sequence length (T). */
  readonly sequence: number;
  /** The longest source that an encoder reads. Default: `sequence`. */
  readonly sourceSequence?: number;
  /** Whether to lay out gradients. */
  readonly training: boolean;
}

/**
 * The network: symbols or vectors → recurrent layers → decoder → softmax cross-entropy, laid out in a plan for sequences
 * of T steps of N streams. The task decides what the layers read, where their states begin, and whether the decoder
 * reads every output or only the last. Each worker of a team has its own object over the same memory and calls the same
 * methods.
 */
export class LanguageModel {
  readonly weights: ParameterBlock;
  readonly gradients: ParameterBlock | undefined;
  /** Symbols to read (T·N), or vectors (T·N, F); stream n of step t at t·N + n. */
  readonly inputs: Tensor;
  /** Symbols to predict (T·N), or labels (N); a target of −1 does not count. */
  readonly targets: Tensor;
  /** Nats of each prediction (T·N), or (N). */
  readonly losses: Tensor;
  /** Logits (T·N, V), or (N, labels), which the loss turns into their gradient. */
  readonly logits: Tensor;
  readonly layers: readonly RecurrentLayer[];
  /** What gives the layers their initial states, if the task does. */
  readonly beginning: Beginning | undefined;
  /** The arrays of a sequence that the layers keep between forward and backward. */
  readonly activations: readonly Tensor[];
  /** The weights in the form that matrix products read. */
  readonly packed: readonly Tensor[];

  private readonly stack: Stack;
  private readonly decoder: Projection;
  private readonly preparations: readonly Preparation[];
  private readonly scratch: Tensor;
  private readonly extent: Extent;
  /** The last output of each stream and its gradient (N,H), if the decoder reads nothing else. */
  private readonly last: { readonly h: Tensor; readonly dh: Tensor } | undefined;
  private factors: readonly number[] | undefined;

  constructor(
    plan: Plan,
    backend: Backend,
    readonly shape: ModelShape,
    readonly settings: ModelSettings,
    team: Team = alone,
  ) {
    const { layers: L, hidden: H, task } = shape;
    const { batch: N, sequence: T, locked = false, training, allStreams = N } = settings;
    const numbers = team.ranks.size > 1 ? streamsOf(allStreams, team.ranks) : undefined;
    const [dropout, weightDrop = 0] = training ? [settings.dropout, settings.weightDrop] : [0, 0];
    const outputs = outputsOf(shape);
    const isOfLast = task?.name === 'label';
    const R = isOfLast ? N : T * N;
    this.weights = planParameters(plan, shape, '');
    this.gradients = training ? planParameters(plan, shape, 'd') : undefined;
    this.extent = new Extent(T, N, team, { all: allStreams, numbers });
    const reading = { batch: N, dropout, locked, weightDrop };
    const stackOf = (prefix: 'layer' | 'encoder', sequence: number, extent: Extent): Stack =>
      new Stack(
        plan,
        backend,
        shape,
        { ...reading, prefix, sequence, first: prefix === 'layer' ? 0 : L, features: featuresRead(shape, prefix) },
        this.weights,
        this.gradients,
        extent,
        team,
      );
    this.stack = stackOf('layer', T, this.extent);
    const { stack } = this;
    this.inputs = stack.inputs;
    this.layers = stack.layers;
    this.targets = plan.tensor('targets', R);
    this.losses = plan.tensor('losses', R);
    this.logits = plan.tensor('logits', R, outputs);
    this.last = isOfLast ? { h: plan.tensor('last', N, H), dh: plan.tensor('dlast', N, H) } : undefined;
    const top = this.last ? new Connection(plan, L - 1, this.last.h, this.extent, { dropout, locked }) : stack.top;
    this.decoder = new Dense(plan, backend, top, affineOf(this.weights, this.gradients, 'decoder.W', 'decoder.b'));

    const given = givenWidth(shape);
    if (task?.name === 'translate') {
      const S = settings.sourceSequence ?? T;
      const extent = new Extent(S, N, team, { all: allStreams, numbers });
      this.beginning = new EncoderBeginning(plan, stackOf('encoder', S, extent), extent, this.extent, stack);
    } else if (given !== undefined) {
      this.beginning = new AffineBeginning(plan, backend, stack, given, N, this.weights, this.gradients);
    }
    const { beginning } = this;
    this.activations = [...stack.activations, ...(this.last ? top.activations : []), ...(beginning?.activations ?? [])];
    this.packed = [...stack.packed, ...this.decoder.packed, ...(beginning?.packed ?? [])];
    this.preparations = [...stack.preparations, ...this.decoder.preparations, ...(beginning?.preparations ?? [])];
    const widest = cellsByName[shape.cell].blocks.length * H;
    const inner = Math.max(H, given ?? 0, featuresRead(shape, 'layer') ?? 0, featuresRead(shape, 'encoder') ?? 0);
    const size = training ? Math.max(backend.scratchSize(inner, widest), backend.scratchSize(inner, outputs)) : 0;
    this.scratch = plan.tensor('scratch', team.size, size);
  }

  /** All carried states, from the input up. */
  get states(): CarriedState[] {
    return this.layers.flatMap((layer) => layer.states);
  }

  /** Layers that have random numbers of their own: an encoder's after the others. */
  get numberOfLayers(): number {
    return this.layers.length * (this.shape.task?.name === 'translate' ? 2 : 1);
  }

  /** The scratch memory of a worker. */
  scratchOf({ rank }: Team): Tensor {
    return rows(this.scratch, rank, rank + 1);
  }

  /** Makes room for the examples of a batch. Without it, all streams fill all steps. */
  fit(batch: BatchFit): void {
    this.extent.fit(batch.lengths, batch.numbers);
    this.factors = batch.factors;
    this.beginning?.fit(batch);
  }

  /** Converts the weights to the form that matrix products read; call it after each change of the weights. */
  prepare(w: Worker, keys: DropoutKeys): void {
    for (let i = w.rank; i < this.preparations.length; i += w.size) this.preparations[i](w.kernels, keys);
  }

  /** Computes the initial states that the task gives. An encoder's are complete only after its barrier. */
  begin(w: Worker, keys: DropoutKeys): void {
    if (this.beginning) this.beginning.forward(w, keys);
    else if (this.shape.task) this.reset(w);
  }

  /**
   * From `inputs` and the initial states to the top layer's output. This and the methods up to `backward` process only
   * this worker's streams.
   */
  forward(w: Worker, keys: DropoutKeys): void {
    this.stack.forward(w, keys);
  }

  /** From the top layer's output to `logits`. */
  decode(w: Worker, keys: DropoutKeys): void {
    if (this.last) {
      const { from, to } = this.extent.streams();
      for (let n = from; n < to; n++) {
        const row = this.extent.lastRow(n);
        w.kernels.copy(rows(this.layers[this.layers.length - 1].output, row, row + 1), rows(this.last.h, n, n + 1));
      }
    }
    for (const range of this.predictions()) this.decoder.forward(w, keys, this.logits, range);
  }

  /** From `logits` to `losses` and the gradient of their mean over `count` predictions. */
  loss(w: Worker, count: number): void {
    for (const { from, to } of this.predictions()) {
      const [logits, targets, losses] = [this.logits, this.targets, this.losses].map((x) => rows(x, from, to));
      w.kernels.crossEntropy(logits, targets, losses, 1 / count);
    }
    const { factors, logits, losses } = this;
    for (const { from, to } of this.unused(w)) {
      w.kernels.zero(rows(logits, from, to));
      w.kernels.zero(rows(losses, from, to));
    }
    if (!factors) return;
    const outputs = logits.shape[1];
    const { from, to } = this.extent.streams();
    for (let n = from; n < to; n++) {
      w.kernels.scale(losses, factors[n], { from: n, to: n + 1 });
      w.kernels.scale(logits, factors[n], { from: n * outputs, to: (n + 1) * outputs });
    }
  }

  /** From the gradient of the logits back to da of every step of every layer. */
  backward(w: Worker, keys: DropoutKeys): void {
    const { stack, last } = this;
    const dy = last?.dh ?? stack.dh;
    for (const range of this.predictions()) this.decoder.backward(w, keys, this.logits, dy, range);
    if (last) {
      for (const { from, to } of this.extent.ranges()) w.kernels.zero(rows(stack.dh, from, to));
      const { from, to } = this.extent.streams();
      for (let n = from; n < to; n++) {
        const row = this.extent.lastRow(n);
        w.kernels.copy(rows(last.dh, n, n + 1), rows(stack.dh, row, row + 1));
      }
    }
    stack.backward(w, keys);
    this.beginning?.backward(w, keys);
  }

  /** Adds a batch to `gradients`, in this worker's columns. Call after a barrier. */
  weightGradients(w: Worker, keys: DropoutKeys): void {
    const used = this.last ? this.logits.shape[0] : this.extent.rows;
    this.decoder.weightGradients(w, keys, rows(this.logits, 0, used));
    this.stack.weightGradients(w, keys);
    this.beginning?.weightGradients(w, keys);
  }

  /** Takes the gradients of dropped weights away, in this worker's columns, once the last batch has been added. */
  dropGradients(w: Worker, keys: DropoutKeys): void {
    this.stack.dropGradients(w, keys);
    this.beginning?.dropGradients(w, keys);
  }

  /** Copies final states to initial states, for this worker's streams. */
  carry(w: Worker): void {
    for (const layer of this.layers) layer.carry(w);
  }

  /** Sets initial states to zero, for this worker's streams. */
  reset(w: Worker): void {
    for (const { initial } of this.states) w.kernels.zero(ownRows(initial, w));
  }

  /** This worker's rows of the logits that the batch fills. */
  private predictions(): readonly Range[] {
    return this.last ? [this.extent.streams()].filter(({ from, to }) => from < to) : this.extent.ranges();
  }

  /** This worker's other rows of the logits, and of the losses. */
  private unused(w: Worker): readonly Range[] {
    if (!this.shape.task) return [];
    const N = this.settings.batch;
    const own = share(N, w);
    if (this.last) return [{ from: this.extent.streams().to, to: own.to }].filter(({ from, to }) => from < to);
    // The losses are summed over all steps that were laid out.
    const after = Array.from({ length: this.settings.sequence - this.extent.steps }, (_, i) => {
      const t = this.extent.steps + i;
      return { from: t * N + own.from, to: t * N + own.to };
    });
    return [...this.extent.gaps(), ...after.filter(({ from, to }) => from < to)];
  }
}
