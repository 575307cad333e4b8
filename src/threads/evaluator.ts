import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { BackendName } from '../options.js';
import type { Evaluation } from '../scoring/evaluate.js';
import { readerMemory } from '../scoring/reader.js';
import type { BatchShape } from '../text/streams.js';
import { BARRIER_WORDS } from './barrier.js';
import type { EvaluationReport, EvaluationRequest, EvaluatorSettings } from './evaluation-messages.js';

/** A text is read in as many streams, and as many steps at a time, where no training says how. */
export const EVALUATION_BATCH: BatchShape = { batch: 50, sequence: 50 };

/** Workers that measure a model together, with nothing in memory but what a reading needs. */
export class Evaluator {
  private readonly workers: readonly Worker[];
  private onReport: (report: EvaluationReport) => void = () => {};
  private onFailure: (error: Error) => void = () => {};

  /** @param batch the streams and steps decide the last digits of a loss; those of a training give the training's own */
  constructor(
    { model, parameters }: Checkpoint,
    { backend, threads, batch }: { backend: BackendName; threads: number; batch: BatchShape },
  ) {
    const size = Math.min(threads, batch.batch);
    const memory = readerMemory({ shape: model, parameters }, batch, backend, size);
    const barrier = new Int32Array(new SharedArrayBuffer(4 * BARRIER_WORDS));
    this.workers = Array.from({ length: size }, (_, rank) => {
      const workerData: EvaluatorSettings = { rank, size, shape: model, batch, backend, memory, barrier };
      const worker = new Worker(new URL('./evaluation-worker.js', import.meta.url), { workerData });
      worker.on('message', (report: EvaluationReport) => {
        if (report.type === 'failed') this.onFailure(new Error(report.message));
        else this.onReport(report);
      });
      worker.on('error', (error) => this.onFailure(error as Error));
      worker.on('exit', () => this.onFailure(new Error(`worker ${rank} ended`)));
      return worker;
    });
  }

  /** The loss on a text in shared memory. @param onProgress called now and then with the share that is read */
  evaluate(request: EvaluationRequest, onProgress: (share: number) => void = () => {}): Promise<Evaluation> {
    return new Promise((resolve, reject) => {
      this.onFailure = reject;
      this.onReport = (report) => {
        if (report.type === 'progress') onProgress(report.share);
        if (report.type === 'evaluated') resolve(report.evaluation);
      };
      for (const worker of this.workers) worker.postMessage(request);
    });
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
