import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName, Encoding } from '../options.js';
import type { DynamicOptions } from '../scoring/dynamic.js';
import type { VocabularyRecord } from '../text/vocabulary.js';

/** What a worker that scores lines is given at its start. */
export interface ScoringSettings {
  readonly shape: ModelShape;
  readonly vocabulary: VocabularyRecord;
  readonly encoding: Encoding;
  readonly backend: BackendName;
  /** `line`: each line by itself; `stream`: one text; a checkpoint and how it goes on learning: one text, dynamically. */
  readonly reading: 'line' | 'stream' | { readonly checkpoint: Checkpoint; readonly options: DynamicOptions };
  /** With the weights; unused where a checkpoint is given. */
  readonly memory: WebAssembly.Memory;
  /** Whether the nats of each character are wanted. */
  readonly isDetailed: boolean;
}

/** Lines to score: their bytes one behind the other, and where each ends. */
export interface ScoringRequest {
  readonly bytes: Uint8Array;
  readonly ends: Int32Array;
  readonly isTerminated: boolean;
}

/** What some lines cost. */
export interface LineScores {
  /** Nats of each line. */
  readonly nats: Float64Array;
  /** Characters of each line that were counted, and how many of them the model does not know. */
  readonly counted: Int32Array;
  readonly unknown: Int32Array;
  /** Nats of each character of each line, where that was wanted. */
  readonly details: readonly Float64Array[] | undefined;
}

export type ScoringReport =
  | { readonly type: 'scored'; readonly scores: LineScores }
  | { readonly type: 'failed'; readonly message: string };
