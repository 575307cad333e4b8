import type { ModelShape } from '../model/shape.js';
import type { BackendName } from '../options.js';
import type { Evaluation } from '../scoring/evaluate.js';
import type { BatchShape, Tokens } from '../text/streams.js';

/** What every worker that evaluates is given at its start. The memory is shared. */
export interface EvaluatorSettings {
  readonly rank: number;
  readonly size: number;
  readonly shape: ModelShape;
  readonly batch: BatchShape;
  readonly backend: BackendName;
  readonly memory: WebAssembly.Memory;
  readonly barrier: Int32Array;
}

/** From the main thread to every worker. See `evaluate`. */
export interface EvaluationRequest {
  readonly text: Tokens;
  readonly warmUp?: number;
  readonly window?: number | undefined;
}

/** From a worker to the main thread; all but `failed` from rank 0 alone. */
export type EvaluationReport =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'evaluated'; readonly evaluation: Evaluation }
  | { readonly type: 'failed'; readonly message: string };
