import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { backendsByName } from '../kernels/backend.js';
import type { Evaluation } from '../model/evaluate.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import type { BackendName } from '../options/training-options.js';
import { alone } from '../parallel/team.js';
import { Workers } from '../parallel/workers.js';
import type { BatchShape } from '../text/streams.js';
import type { EvaluationData, EvaluationProcedures, EvaluationRequest } from './evaluation-worker.js';

/** A text is read in as many streams, and as many steps at a time, where no training run says how. */
export const EVALUATION_BATCH: BatchShape = { batch: 50, sequence: 50 };

/** Workers that measure a model together, with nothing in memory but what a reading needs. */
export class Evaluator {
  private readonly workers: Workers<EvaluationProcedures>;

  /** @param batch its streams and steps decide the last digits of a loss; those of a training run give that run's own */
  constructor(
    { model, parameters }: Checkpoint,
    { backend, threads, batch }: { backend: BackendName; threads: number; batch: BatchShape },
  ) {
    const size = Math.min(threads, batch.batch);
    const use = { backend: backendsByName[backend], shape: model, settings: forReading(batch) };
    const memory = sharedMemory(layOut({ ...use, team: { ...alone, size } }), parameters);
    const data: EvaluationData = { shape: model, batch, backend, memory };
    this.workers = new Workers(new URL('./evaluation-worker.js', import.meta.url), size, data);
  }

  /** The loss on a text in shared memory. @param onProgress called now and then with the share that is read */
  evaluate(request: EvaluationRequest, onProgress?: (share: number) => void): Promise<Evaluation> {
    return this.workers.all('evaluate', request, onProgress);
  }

  /** Ends the workers. */
  close(): Promise<void> {
    return this.workers.close();
  }
}
