import type { SharedBackend } from '../kernels/backend.js';
import type { Tensor } from '../kernels/kernels.js';
import { type DropoutKeys, dropoutKeys } from '../model/dropout.js';
import { layOut, type ModelLayout } from '../model/instance.js';
import { ownRows } from '../model/layer.js';
import type { ParameterBlock } from '../model/parameters.js';
import type { ModelShape } from '../model/shape.js';
import type { TrainingConfig } from '../options/training-options.js';
import type { Team, Worker } from '../parallel/team.js';
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
}

/** Lays out the memory, identically for every member of a team; each has its own object over the same memory. */
export function layOutTraining(
  shape: ModelShape,
  config: TrainingConfig,
  backend: SharedBackend,
  team: Team,
  sourceSequence?: number,
): TrainingLayout {
  const { batch, sequence } = config.data;
  const { dropout, dropoutMask, weightDrop } = config.model;
  const dropped = { dropout, locked: dropoutMask === 'locked', weightDrop };
  const source = sourceSequence === undefined ? {} : { sourceSequence };
  const settings = { batch, sequence, ...source, ...dropped, training: true };
  const layout = layOut({ backend, shape, settings, team });
  const { plan, model } = layout;
  const optimizer = new Optimizer(plan, model, config.optimizer);
  // The states of examples begin anew with each batch.
  const carried = shape.task ? [] : model.states;
  const savedStates = carried.map(({ name, initial }) => plan.tensor(`saved ${name}`, ...initial.shape));
  return { ...layout, optimizer, evaluated: optimizer.average ?? model.weights, savedStates };
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
    optimizer.sumSquares(w);
    w.barrier();

    const loss = nats / predictions;
    const gradientNorm = optimizer.norm(w);
    const rate = learningRate(config.optimizer.learningRate, config.schedule, step, this.stepsPerEpoch, progress);
    if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) optimizer.update(w, step, rate, gradientNorm);
    w.barrier();
    return { step, loss, learningRate: rate, gradientNorm };
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

/** Indices of the control words. */
const STOP_REQUESTED = 0;
const STOP = 1;
const PROGRESS = 2;
export const CONTROL_WORDS = 3;

/**
 * Shared words through which a team agrees on the next step: the main thread requests a stop, rank 0 publishes the
 * decision, and after a barrier every worker reads the same decision.
 */
export class Control {
  constructor(private readonly words: Float64Array) {}

  /** Asks the team to stop before its next step. */
  requestStop(): void {
    this.words[STOP_REQUESTED] = 1;
  }

  /** Clears the stop request before new steps run. */
  clear(): void {
    this.words[STOP_REQUESTED] = 0;
  }

  /** Called by rank 0 before a step. @param progress fraction of the run that is done; the run ends at 1 */
  publish(progress: number): void {
    this.words[STOP] = this.words[STOP_REQUESTED] !== 0 || progress >= 1 ? 1 : 0;
    this.words[PROGRESS] = progress;
  }

  /** Called by every worker after the barrier that follows `publish`. */
  read(): { stop: boolean; progress: number } {
    return { stop: this.words[STOP] !== 0, progress: this.words[PROGRESS] };
  }
}
