// The only place that creates a running model: it is first laid out, and its user may add arrays to the layout; then it
// gets memory and weights, or is attached to memory that another thread has created.

import type { Backend, SharedBackend } from '../kernels/backend.js';
import type { Kernels } from '../kernels/kernels.js';
import { Plan } from '../kernels/plan.js';
import { createMemory } from '../kernels/wasm.js';
import { alone, oneRank, type Place, streamsOf, type Team, type Worker } from '../parallel/team.js';
import type { BatchShape } from '../text/streams.js';
import { LanguageModel, type ModelSettings } from './network.js';
import { type NamedValues, writeWeights } from './parameters.js';
import type { ModelShape } from './shape.js';

/** The use that a model is laid out for. */
export interface ModelUse<B extends Backend> {
  readonly backend: B;
  readonly shape: ModelShape;
  readonly settings: ModelSettings;
  /** The team; each member lays out the model for itself, all in the same way. A team of one if not given. */
  readonly team?: Team;
}

/** A model without memory. Tensors added to the plan get their memory together with it. */
export interface ModelLayout<B extends Backend = Backend> {
  readonly backend: B;
  readonly team: Team;
  readonly plan: Plan;
  readonly model: LanguageModel;
}

/** A running model, and the worker that runs it or its share of it. */
export interface Instance {
  readonly model: LanguageModel;
  readonly worker: Worker;
  readonly kernels: Kernels;
}

/** The settings of a model that only reads. @param ranks the processes that read together, each its own streams */
export const forReading = ({ batch, sequence }: BatchShape, ranks: Place = oneRank): ModelSettings => ({
  ...{ batch: Math.max(1, streamsOf(batch, ranks).length), allStreams: batch, sequence },
  dropout: 0,
  training: false,
});

export function layOut<B extends Backend>({ backend, shape, settings, team = alone }: ModelUse<B>): ModelLayout<B> {
  const plan = new Plan();
  return { backend, team, plan, model: new LanguageModel(plan, backend, shape, settings, team) };
}

/** Creates a model in its own memory. @throws CharrnnError if it is too large */
export function create(layout: ModelLayout, weights: readonly NamedValues[] = []): Instance {
  const instance = instanceOf(layout, layout.backend.create(layout.plan));
  writeWeights(instance.kernels, layout.model.weights, weights);
  return instance;
}

/** Creates the memory for the models of a whole team. @throws CharrnnError if it is too large */
export function sharedMemory(
  layout: ModelLayout<SharedBackend>,
  weights: readonly NamedValues[] = [],
): WebAssembly.Memory {
  layout.backend.share();
  const memory = createMemory(layout.plan, true);
  writeWeights(layout.backend.attach(memory), layout.model.weights, weights);
  return memory;
}

/** Attaches the model of one team member to memory created for the same layout. */
export function attach(layout: ModelLayout<SharedBackend>, memory: WebAssembly.Memory): Instance {
  layout.team.ranks.use(memory);
  return instanceOf(layout, layout.backend.attach(memory));
}

function instanceOf({ model, team }: ModelLayout, kernels: Kernels): Instance {
  const { rank, size, ranks } = team;
  return {
    model,
    kernels,
    worker: { rank, size, ranks, barrier: () => team.barrier(), kernels, scratch: model.scratchOf(team) },
  };
}
