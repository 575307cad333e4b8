import type { Tensor } from '../kernels/kernels.js';
import { memoryBytes } from '../kernels/wasm.js';
import type { TrainingLayout } from './layout.js';

/** Bytes of memory that a training run takes, by what they are for. */
export interface MemoryPlan {
  readonly parameters: number;
  readonly gradients: number;
  readonly moments: number;
  /** Weights in the form that the matrix products read. */
  readonly packed: number;
  /** Logits of all predictions. */
  readonly logits: number;
  /** Whatever the layers keep for the backward pass, batches, scratch. */
  readonly activations: number;
  readonly total: number;
}

/** What a layout needs, before any of it is allocated. */
export function planMemory({ plan, model, optimizer }: TrainingLayout): MemoryPlan {
  const bytes = (tensors: readonly Tensor[]): number => tensors.reduce((sum, { size }) => sum + 4 * size, 0);
  const total = memoryBytes(plan);
  const parts = {
    parameters: bytes([model.weights.block]),
    gradients: bytes(model.gradients ? [model.gradients.block] : []),
    moments: bytes(optimizer.moments.map(({ parameters }) => parameters.block)),
    packed: bytes(plan.tensors.filter(({ name }) => name.includes(' packed'))),
    logits: bytes([model.logits]),
  };
  const named = Object.values(parts).reduce((sum, part) => sum + part);
  return { ...parts, activations: total - named, total };
}
