import type { SharedBackend } from '../kernels/backend.js';
import type { Tensor } from '../kernels/kernels.js';
import { rows } from '../kernels/plan.js';
import { type DropoutKeys, dropoutKeys } from '../model/dropout.js';
import { layOut, type ModelLayout } from '../model/instance.js';
import { ownRows } from '../model/layer.js';
import type { LanguageModel } from '../model/network.js';
import type { ParameterBlock } from '../model/parameters.js';
import type { ModelShape } from '../model/shape.js';
import type { TrainingConfig } from '../options/training-options.js';
import { type Place, partOf, streamsOf, type Team, type Worker } from '../parallel/team.js';
import { type Batches, batchesOf, batchesOfStep, type Material, validationLoss } from './material.js';
import { Optimizer } from './optimizer.js';
import { learningRate } from './schedule.js';

/** All memory of a training run, planned before the first step. */
export interface TrainingLayout extends ModelLayout<SharedBackend> {
  readonly optimizer: Optimizer;
  /** The weights that are validated and saved: their average if there is one. */
  readonly evaluated: ParameterBlock;
  /** Where the carried states are stashed while the model reads the validation text. */
  readonly savedStates: readonly Tensor[];
  /** The carried states of the streams of all ranks, for a checkpoint (N,H); with one rank, the states themselves. */
  readonly wholeStates: readonly Tensor[];
  /** What the ranks tell each other. */
  readonly shared: SharedArrays | undefined;
}

/** What several ranks need in addition. */
interface SharedArrays {
  /** The memory of `wholeStates`. */
  readonly states: Tensor;
  /** See `Ranks`. */
  readonly inbox: Tensor;
}

/** Lays out the memory, identically for every member of a team; each has its own object over the same memory. */
export function layOutTraining(
  shape: ModelShape,
  config: TrainingConfig,
  backend: SharedBackend,
  team: Team,
  sourceSequence?: number,
): TrainingLayout {
  const { batch: allStreams, sequence } = config.data;
  const { dropout, dropoutMask, weightDrop } = config.model;
  const dropped = { dropout, locked: dropoutMask === 'locked', weightDrop };
  const source = sourceSequence === undefined ? {} : { sourceSequence };
  const batch = streamsOf(allStreams, team.ranks).length;
  const settings = { batch, allStreams, sequence, ...source, ...dropped, training: true };
  const layout = layOut({ backend, shape, settings, team });
  const { plan, model } = layout;
  const optimizer = new Optimizer(plan, model, config.optimizer);
  // The states of examples begin anew with each batch.
  const carried = shape.task ? [] : model.states;
  const savedStates = carried.map(({ name, initial }) => plan.tensor(`saved ${name}`, ...initial.shape));
  const evaluated = optimizer.average ?? model.weights;
  const own = { ...layout, optimizer, evaluated, savedStates };
  const { size } = team.ranks;
  if (size === 1) return { ...own, wholeStates: carried.map(({ initial }) => initial), shared: undefined };
  const from = plan.size;
  const wholeStates = carried.map(({ name, initial }) => plan.tensor(`whole ${name}`, allStreams, initial.shape[1]));
  const states = plan.block('whole states', from);
  const part = partOf(Math.max(states.size, model.gradients?.block.size ?? 0), size);
  return { ...own, wholeStates, shared: { states, inbox: plan.tensor('inbox', size, part) } };
}

/** The result of one step. */
export interface StepResult {
  /** Step number, from 1. */
  readonly step: number;
  /** Nats per prediction, before the update. */
  readonly loss: number;
  readonly learningRate: number;
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
}

/**
 * The training step as every worker of a team runs it: the same phases on the same memory, each worker its share, with
 * a barrier before a worker reads what another one wrote.
 */
export class TrainingProgram {
  private readonly batches: Batches;

  constructor(
    private readonly layout: TrainingLayout,
    private readonly config: TrainingConfig,
    private readonly material: Material,
    private readonly w: Worker,
  ) {
    this.batches = batchesOf(material, config, w);
  }

  get stepsPerEpoch(): number {
    return Math.ceil(this.batches.perEpoch / this.config.data.accumulate);
  }

  /**
   * Runs one training step. A loss or gradient that is not finite changes no weight.
   * @param step step number, from 1
   * @param progress fraction of the run that is done, for the schedule
   */
  step(step: number, progress: number): StepResult {
    const { w, config } = this;
    const { model, optimizer } = this.layout;
    const { seed } = config.run;
    const { from, to } = batchesOfStep(step, this.batches.perEpoch, config.data);
    const batches = Array.from({ length: to - from }, (_, i) => from + i);
    const predictions = batches.reduce((sum, batch) => sum + this.batches.predictions(batch), 0);
    const keysOf = (batch: number): DropoutKeys => dropoutKeys(seed, step, model.numberOfLayers, batch + 1);

    optimizer.zeroGradients(w);
    model.prepare(w, keysOf(from));
    let nats = 0;
    for (const batch of batches) {
      const keys = keysOf(batch);
      this.batches.load(model, w, batch);
      w.barrier();

      model.begin(w, keys);
      model.forward(w, keys);
      model.decode(w, keys);
      model.loss(w, predictions);
      model.backward(w, keys);
      w.barrier();

      nats += w.kernels.sum(model.losses);
      model.weightGradients(w, keys);
      if (batch === to - 1) model.dropGradients(w, keys);
      w.barrier();

      if (!model.shape.task) model.carry(w);
    }
    const { shared } = this.layout;
    if (shared && model.gradients) w.ranks.sum(w, model.gradients.block, shared.inbox);
    const loss = w.ranks.total(w, nats) / predictions;
    optimizer.sumSquares(w);
    w.barrier();

    const gradientNorm = optimizer.norm(w);
    const rate = learningRate(config.optimizer.learningRate, config.schedule, step, this.stepsPerEpoch, progress);
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) optimizer.update(w, step, rate, gradientNorm);
    w.barrier();
    return { step, loss, learningRate: rate, gradientNorm };
  }

  /** Collects the carried states of all ranks in `wholeStates`. */
  collect(): void {
    const { w } = this;
    const { model, wholeStates, shared } = this.layout;
    if (!shared || wholeStates.length === 0) return;
    if (w.rank === 0) {
      // The sum of −0 and x is x, to the sign of its zeros.
      w.kernels.write(shared.states, new Float32Array(shared.states.size).fill(-0));
      forEachOwn(wholeStates, model, w.ranks, (whole, own) => w.kernels.copy(own, whole));
    }
    w.barrier();
    w.ranks.sum(w, shared.states, shared.inbox);
  }

  /**
   * Returns the nats per prediction of what is held out, with the averaged weights if there are any. Saves and
   * restores the carried states of training.
   */
  validate(): number {
    const { w } = this;
    const { model, optimizer, savedStates } = this.layout;
    const { states } = model;
    savedStates.forEach((saved, i) => {
      w.kernels.copy(ownRows(states[i].initial, w), ownRows(saved, w));
    });
    const loss = optimizer.withAverage(w, () => validationLoss(model, w, this.material));
    savedStates.forEach((saved, i) => {
      w.kernels.copy(ownRows(saved, w), ownRows(states[i].initial, w));
    });
    w.barrier();
    return loss;
  }
}

/** Calls `use` with each row of the states of all ranks that is this rank's, and with its row there. */
export function forEachOwn(
  wholeStates: readonly Tensor[],
  { states }: LanguageModel,
  ranks: Place,
  use: (whole: Tensor, own: Tensor) => void,
): void {
  wholeStates.forEach((whole, i) => {
    streamsOf(whole.shape[0], ranks).forEach((n, own) => {
      use(rows(whole, n, n + 1), rows(states[i].initial, own, own + 1));
    });
  });
}
