import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { Evaluation } from '../model/evaluate.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName } from '../options/training-options.js';
import { BARRIER_WORDS } from '../parallel/barrier.js';
import type { BatchShape } from '../text/streams.js';
import type { Tokens } from '../text/tokens.js';
import { readerMemory } from './reader.js';

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

/** A text is read in as many streams, and as many steps at a time, where no training says how. */
export const EVALUATION_BATCH: BatchShape = { batch: 50, sequence: 50 };

/** Workers that measure a model together, with nothing in memory but what a reading needs. */
export class Evaluator {
  private readonly workers: readonly Worker[];
  /** Rejected as soon as a worker fails, whatever is waited for meanwhile. */
  private readonly failure: Promise<never>;
  private onReport: (report: EvaluationReport) => void = () => {};

  /** @param batch the streams and steps decide the last digits of a loss; those of a training give the training's own */
  constructor(
    { model, parameters }: Checkpoint,
    { backend, threads, batch }: { backend: BackendName; threads: number; batch: BatchShape },
  ) {
    const size = Math.min(threads, batch.batch);
    const memory = readerMemory({ shape: model, parameters }, batch, backend, size);
    const barrier = new Int32Array(new SharedArrayBuffer(4 * BARRIER_WORDS));
    let fail = (_: Error): void => {};
    this.failure = new Promise((_, reject) => {
      fail = reject;
    });
    this.failure.catch(() => {}); // a failure that nobody waits for any more, as that of closing
    this.workers = Array.from({ length: size }, (_, rank) => {
      const workerData: EvaluatorSettings = { rank, size, shape: model, batch, backend, memory, barrier };
      const worker = new Worker(new URL('./evaluation-worker.js', import.meta.url), { workerData });
      worker.on('message', (report: EvaluationReport) => {
        if (report.type === 'failed') fail(new Error(report.message));
        else this.onReport(report);
      });
      worker.on('error', (error) => fail(error as Error));
      worker.on('exit', () => fail(new Error(`worker ${rank} ended`)));
      return worker;
    });
  }

  /** The loss on a text in shared memory. @param onProgress called now and then with the share that is read */
  evaluate(request: EvaluationRequest, onProgress: (share: number) => void = () => {}): Promise<Evaluation> {
    const evaluated = new Promise<Evaluation>((resolve) => {
      this.onReport = (report) => {
        if (report.type === 'progress') onProgress(report.share);
        if (report.type === 'evaluated') resolve(report.evaluation);
      };
    });
    for (const worker of this.workers) worker.postMessage(request);
    return Promise.race([evaluated, this.failure]);
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}
