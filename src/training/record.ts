import type { Checkpoint, HistoryEntry, NamedArray, TrainingRecord } from '../checkpoint/checkpoint.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { VocabularyRecord } from '../text/vocabulary.js';
import type { TrainingLayout } from './layout.js';

/** What a run knows of itself beside the model's memory. */
export interface RunRecord {
  readonly options: TrainingRecord['options'];
  readonly corpus: TrainingRecord['corpus'];
  readonly vocabulary: VocabularyRecord;
  readonly totalSteps: number | null;
  readonly step: number;
  readonly bestValidationLoss: number | null;
  readonly history: readonly HistoryEntry[];
}

/**
 * A checkpoint of a run whose arrays are read from its memory whenever they are asked for, so that a large model is
 * not there twice. To be saved while the team is at rest.
 */
export function recordCheckpoint(layout: TrainingLayout, kernels: Kernels, run: RunRecord): Checkpoint {
  const { model, optimizer } = layout;
  const read = (name: string, x: Tensor): NamedArray => ({
    name,
    shape: x.shape,
    get values() {
      const values = new Float32Array(x.size);
      kernels.read(x, values);
      return values;
    },
  });
  const { vocabulary, ...training } = run;
  return {
    model: model.shape,
    vocabulary,
    parameters: model.weights.tensors.map((x) => read(x.name, x)),
    training: {
      ...training,
      moments: optimizer.moments.flatMap(({ parameters }) => parameters.tensors.map((x) => read(x.name, x))),
      carried: model.states.map(({ name, initial }) => read(name, initial)),
    },
  };
}
