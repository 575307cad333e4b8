import type { ModelShape } from '../model/shape.js';
import type { BackendName, TrainingOptions } from '../options.js';
import type { Tokens } from '../text/streams.js';
import type { StepResult } from '../training/program.js';

/** What every worker of a team is given at its start. The arrays are shared memory. */
export interface WorkerSettings {
  readonly rank: number;
  readonly size: number;
  readonly shape: ModelShape;
  readonly options: TrainingOptions;
  readonly training: Tokens;
  readonly validation: Tokens;
  readonly memory: WebAssembly.Memory;
  readonly backend: BackendName;
  readonly barrier: Int32Array;
  /** See `Control`. */
  readonly control: Float64Array;
}

/** Steps to run: from `first` to `last`, both included, and no longer than the time that is left. */
export interface RunRequest {
  readonly first: number;
  readonly last: number;
  /** Steps and seconds of the whole run, null where there is no such limit; they decide the schedule. */
  readonly totalSteps: number | null;
  readonly totalSeconds: number | null;
  /** Seconds of the whole run that are over. */
  readonly seconds: number;
}

/** From the main thread to every worker. */
export type Command = { readonly type: 'run'; readonly request: RunRequest } | { readonly type: 'validate' };

/** From a worker to the main thread; all but `failed` come from rank 0 alone, `ready` from each. */
export type Report =
  | { readonly type: 'ready' }
  | { readonly type: 'step'; readonly result: StepResult }
  | { readonly type: 'ran' }
  | { readonly type: 'validated'; readonly loss: number }
  | { readonly type: 'failed'; readonly message: string };
