import type { NamedArray } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import { Plan } from '../kernels/plan.js';
import { createMemory } from '../kernels/wasm.js';
import { LanguageModel } from '../model/network.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName } from '../options/training-options.js';
import { alone, type Team, type Worker } from '../parallel/team.js';
import type { BatchShape } from '../text/streams.js';

/** A model that only reads: no gradients, no moments. */
export interface ModelReader {
  readonly model: LanguageModel;
  readonly worker: Worker;
}

function layOut(shape: ModelShape, batch: BatchShape, backend: BackendName, team: Team) {
  const plan = new Plan();
  const settings = { ...batch, dropout: 0, training: false };
  return { plan, model: new LanguageModel(plan, backendsByName[backend], shape, settings, team) };
}

/** Shared memory for the models of a team, with the weights of a checkpoint. @throws CharrnnError when too large */
export function readerMemory(
  { shape, parameters }: { readonly shape: ModelShape; readonly parameters: readonly NamedArray[] },
  batch: BatchShape,
  backend: BackendName,
  size = 1,
): WebAssembly.Memory {
  const { plan, model } = layOut(shape, batch, backend, { ...alone, size });
  const memory = createMemory(plan);
  const kernels = backendsByName[backend].attach(memory);
  for (const { name, values } of parameters) kernels.write(model.weights.get(name), values);
  return memory;
}

/** The model of one member of a team, on memory that `readerMemory` made for it. */
export function attachReader(
  shape: ModelShape,
  batch: BatchShape,
  backend: BackendName,
  team: Team,
  memory: WebAssembly.Memory,
): ModelReader {
  const { model } = layOut(shape, batch, backend, team);
  const kernels = backendsByName[backend].attach(memory);
  const worker = { ...team, kernels, scratch: model.scratchOf(team) };
  return { model, worker };
}
