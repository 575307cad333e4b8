import type { ModelShape } from '../model/shape.js';
import type { TrainingConfig } from '../options/training-options.js';
import type { VocabularyRecord } from '../text/vocabulary.js';

/** A named float32 array, row-major. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** May be read anew at each access. */
  readonly values: Float32Array;
}

/** An entry in a run's history. Losses are in nats per character. */
export interface HistoryEntry {
  readonly step: number;
  readonly epoch: number;
  /** Mean training loss since the previous entry. */
  readonly loss: number;
  readonly validationLoss: number | null;
}

export interface RecentLosses {
  readonly sum: number;
  readonly count: number;
}

/** The progress of a run, and its config. */
export interface TrainingProgress {
  readonly config: TrainingConfig;
  /** The corpus of the run: SHA-256 of its tokens in hexadecimal, and its length in characters. */
  readonly corpus: { readonly sha256: string; readonly characters: number };
  /** Steps in the whole run, as the schedule counts them, or null while the time limit decides. */
  readonly totalSteps: number | null;
  /** Steps done. */
  readonly step: number;
  readonly bestValidationLoss: number | null;
  readonly history: readonly HistoryEntry[];
  /** Sum and number of the training losses since the last history entry that was due. */
  readonly recent: RecentLosses;
  /** Seconds that the run has taken, or null if they do not matter: only runs with a time limit record them. */
  readonly seconds: number | null;
  /** The processes that trained together, if there were several: they decide the order of sums. */
  readonly ranks?: number | undefined;
}

/** Everything that determines the next training step. */
export interface TrainingRecord extends TrainingProgress {
  /** Optimizer moments: `m.<parameter>` and `v.<parameter>`, each with the shape of its parameter. */
  readonly moments: readonly NamedArray[];
  /** Carried state of every layer: `layer<l>.h` (N,H), and `layer<l>.c` (N,H) for an lstm. */
  readonly carried: readonly NamedArray[];
  /** The weights from which training continues, if they are not `parameters`. */
  readonly latest?: readonly NamedArray[];
  /** The best weights at a due validation, if `parameters`, measured at the end, are better. */
  readonly best?: readonly NamedArray[];
  /** The average of the weights (`ema`), if it is not `parameters`. */
  readonly average?: readonly NamedArray[];
}

/** The content of a checkpoint file. `training` is absent in a checkpoint for sampling only. */
export interface Checkpoint {
  readonly model: ModelShape;
  readonly vocabulary: VocabularyRecord;
  /** The model: the weights with the lowest validation loss, or the last ones if no text is held out. */
  readonly parameters: readonly NamedArray[];
  readonly training?: TrainingRecord;
}

/** The values of the first two members of every checkpoint file. */
export const FORMAT = 'charrnn';
export const VERSION = 1;

/** Returns a copy of a checkpoint that owns the memory of its arrays. */
export function ownCopy({ parameters, training, ...model }: Checkpoint): Checkpoint {
  const all = (arrays: readonly NamedArray[]): NamedArray[] =>
    arrays.map(({ name, shape, values }) => ({ name, shape, values: values.slice() }));
  if (!training) return { ...model, parameters: all(parameters) };
  const { moments, carried, latest, best, average, ...progress } = training;
  return {
    ...{ ...model, parameters: all(parameters) },
    training: {
      ...{ ...progress, history: [...progress.history], moments: all(moments), carried: all(carried) },
      ...(latest && { latest: all(latest) }),
      ...(best && { best: all(best) }),
      ...(average && { average: all(average) }),
    },
  };
}
