import { checkTarget } from '../checkpoint/target.js';
import { checkpointBytes } from '../checkpoint/write.js';
import { lock } from '../files/lock.js';
import { cleanTemporaries } from '../files/temporary.js';
import { findBlas, hasBlas } from '../kernels/blas.js';
import type { EngineOptions, PresetName } from '../options/training-options.js';
import { Engine } from './engine.js';
import type { FinishedEvent, TrainingEvent } from './events.js';
import type { Origin, RunOptions } from './initialise-from.js';
import { checkStream, refuseOwnText } from './request.js';
import { Run } from './run.js';
import type { Interval } from './schedule.js';
import { prepare } from './setup.js';

export interface TrainRequest {
  readonly origin: Origin;
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  /** The checkpoint to write. */
  readonly output: string;
  readonly options: RunOptions;
  readonly engine: EngineOptions;
  /** Names of the options that the user gave; only others are adapted to a small corpus. */
  readonly given: ReadonlySet<string>;
  /** Whether options that were not given are chosen for the corpus and the time, and the size of the model then. */
  readonly recipe?: { readonly preset?: PresetName | undefined };
  /** Steps between two samples, 0 for none. */
  readonly sampleEvery: number;
  readonly saveEvery: Interval;
  /** Saves to keep besides the newest. */
  readonly keep: number;
  /** Ends the run behind the current step, as if it were complete. */
  readonly signal?: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
}

/**
 * Trains a model on a corpus and saves it. What can be known of the path is known before anything is read, and nobody
 * else trains to it meanwhile.
 * @throws CharrnnError
 */
export async function train(request: TrainRequest): Promise<FinishedEvent> {
  const { isStream } = await checkTarget(request.output);
  if (isStream) checkStream(request);
  const held = await lock(request.output);
  try {
    await cleanTemporaries(request.output);
    return await trainLocked(isStream ? { ...request, saveEvery: {} } : request);
  } finally {
    await held.release();
  }
}

async function trainLocked(request: TrainRequest): Promise<FinishedEvent> {
  const { onEvent } = request;
  const { beginning, settings } = await prepare(request);
  await refuseOwnText(request.output, beginning.corpus.sources);
  const bytes = checkpointBytes(beginning.shape, beginning.corpus.vocabulary.record.codePoints, beginning.options);
  const { warning } = await checkTarget(request.output, bytes);
  if (warning !== undefined) onEvent({ event: 'notice', kind: 'warning', message: warning });
  if (request.engine.backend === 'wasm' && hasBlas()) {
    const message = `${findBlas().name} is here: --backend blas would be faster, with other last digits`;
    onEvent({ event: 'notice', kind: 'hint', message });
  }
  const engine = await Engine.start(settings);
  try {
    return await new Run(request, beginning, engine).complete();
  } finally {
    await engine.close();
  }
}
