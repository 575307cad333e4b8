import type { ModelShape } from '../model/shape.js';
import type { TrainingConfig } from '../options/training-options.js';
import type { VocabularyRecord } from '../text/vocabulary.js';

/** A float32 array by name, row-major. */
export interface NamedArray {
  readonly name: string;
  readonly shape: readonly number[];
  /** May be read anew each time it is asked for. */
  readonly values: Float32Array;
}

/** One line of a run's history. Losses in nats per character. */
export interface HistoryEntry {
  readonly step: number;
  readonly epoch: number;
  /** Mean training loss since the entry before. */
  readonly loss: number;
  readonly validationLoss: number | null;
}

export interface RecentLosses {
  readonly sum: number;
  readonly count: number;
}

/** How far a run is, and what it is to do. */
export interface TrainingProgress {
  readonly config: TrainingConfig;
  /** The corpus that the run reads: SHA-256 of its tokens in hexadecimal, and its length in characters. */
  readonly corpus: { readonly sha256: string; readonly characters: number };
  /** Steps of the whole run as its schedule counts them, or null while the time decides. */
  readonly totalSteps: number | null;
  /** Steps done. */
  readonly step: number;
  readonly bestValidationLoss: number | null;
  readonly history: readonly HistoryEntry[];
  /** Sum and number of the training losses since the last entry of the history that was due. */
  readonly recent: RecentLosses;
  /** Seconds that the run has taken, or null where they decide nothing: time is kept only of runs that it limits. */
  readonly seconds: number | null;
}

/** Everything that decides the next training step. */
export interface TrainingRecord extends TrainingProgress {
  /** Optimizer moments: `m.<parameter>` and `v.<parameter>`, each shaped as its parameter. */
  readonly moments: readonly NamedArray[];
  /** Carried state of every layer: `layer<l>.h` (N,H), and `layer<l>.c` (N,H) of an lstm. */
  readonly carried: readonly NamedArray[];
  /** The weights to go on from, where they are not `parameters`. */
  readonly latest?: readonly NamedArray[];
  /** The best weights of a validation that was due, where `parameters` are better and were measured at the end. */
  readonly best?: readonly NamedArray[];
  /** The average of the weights (`ema`), where it is not `parameters`. */
  readonly average?: readonly NamedArray[];
}

/** What a checkpoint file holds. `training` is absent in a checkpoint that was made for sampling alone. */
export interface Checkpoint {
  readonly model: ModelShape;
  readonly vocabulary: VocabularyRecord;
  /** The model: the weights with the lowest validation loss, or the last ones where none is held out. */
  readonly parameters: readonly NamedArray[];
  readonly training?: TrainingRecord;
}

/** What the first two members of every checkpoint file say. */
export const FORMAT = 'charrnn';
export const VERSION = 1;
