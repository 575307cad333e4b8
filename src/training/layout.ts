import type { Backend } from '../kernels/backend.js';
import type { Tensor } from '../kernels/kernels.js';
import { Plan } from '../kernels/plan.js';
import { LanguageModel } from '../model/language-model.js';
import type { ParameterBlock } from '../model/parameters.js';
import type { ModelShape } from '../model/shape.js';
import type { Team } from '../model/team.js';
import type { TrainingOptions } from '../options.js';
import { Optimizer } from './optimizer.js';

/** All memory of a training run, planned before the first step. */
export interface TrainingLayout {
  readonly plan: Plan;
  readonly model: LanguageModel;
  readonly optimizer: Optimizer;
  /** The weights that are measured and saved: their average, or they themselves. */
  readonly evaluated: ParameterBlock;
  /** A place for the carried states while the model reads the validation text. */
  readonly savedStates: readonly Tensor[];
}

/** The same layout for every member of a team; each holds its own object over the same memory. */
export function layOutTraining(
  shape: ModelShape,
  options: TrainingOptions,
  backend: Backend,
  team: Team,
): TrainingLayout {
  const plan = new Plan();
  const { batch, sequence, dropout } = options;
  const dropped = { dropout, locked: options['locked-dropout'], weightDrop: options['weight-drop'] };
  const model = new LanguageModel(plan, backend, shape, { batch, sequence, ...dropped, training: true }, team);
  const optimizer = new Optimizer(plan, model, options);
  const savedStates = model.states.map(({ name, initial }) => plan.tensor(`saved ${name}`, ...initial.shape));
  return { plan, model, optimizer, evaluated: optimizer.average ?? model.weights, savedStates };
}
