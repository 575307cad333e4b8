import { Worker } from 'node:worker_threads';
import { backendsByName } from '../kernels/backend.js';
import type { Kernels } from '../kernels/kernels.js';
import { createMemory } from '../kernels/wasm.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName, TrainingConfig } from '../options/training-options.js';
import { BARRIER_WORDS } from '../parallel/barrier.js';
import { alone } from '../parallel/team.js';
import type { Tokens } from '../text/tokens.js';
import { CONTROL_WORDS, Control } from './control.js';
import { layOutTraining, type StepResult, type TrainingLayout } from './step.js';

/** What every worker of a team is given at its start. The arrays are shared memory. */
export interface WorkerSettings {
  readonly rank: number;
  readonly size: number;
  readonly shape: ModelShape;
  readonly config: TrainingConfig;
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

export interface EngineSettings {
  readonly threads: number;
  readonly backend: BackendName;
  readonly shape: ModelShape;
  readonly config: TrainingConfig;
  readonly training: Tokens;
  readonly validation: Tokens;
}

/**
 * The team of workers that trains, seen from the main thread, which never computes: it owns the terminal, the signals
 * and the files, and reads and writes the model's memory while the team is at rest.
 */
export class Engine {
  readonly layout: TrainingLayout;
  readonly kernels: Kernels;
  private readonly workers: readonly Worker[];
  private readonly control: Control;
  private onReport: (report: Report) => void = () => {};
  private onFailure: (error: Error) => void = () => {};

  private constructor(settings: EngineSettings) {
    const { threads, ...shared } = settings;
    const backend = backendsByName[settings.backend];
    const team = { ...alone, size: threads };
    this.layout = layOutTraining(settings.shape, settings.config, backend, team);
    const memory = createMemory(this.layout.plan);
    this.kernels = backend.attach(memory);
    const control = new Float64Array(new SharedArrayBuffer(8 * CONTROL_WORDS));
    const barrier = new Int32Array(new SharedArrayBuffer(4 * BARRIER_WORDS));
    this.control = new Control(control);
    this.workers = Array.from({ length: threads }, (_, rank) => {
      const workerData: WorkerSettings = { ...shared, rank, size: threads, memory, barrier, control };
      const worker = new Worker(new URL('./training-worker.js', import.meta.url), { workerData });
      worker.on('message', (report: Report) => {
        if (report.type === 'failed') this.onFailure(new Error(report.message));
        else this.onReport(report);
      });
      worker.on('error', (error) => this.onFailure(error as Error));
      worker.on('exit', () => this.onFailure(new Error(`worker ${rank} ended`)));
      return worker;
    });
  }

  /** Starts the workers; weights and states are zero until they are written. */
  static async start(settings: EngineSettings): Promise<Engine> {
    const engine = new Engine(settings);
    let ready = 0;
    await engine.until((report) => report.type === 'ready' && ++ready === settings.threads);
    return engine;
  }

  /** Runs steps until the last one, the end of the time, a wish to stop or a number that is not finite. */
  async run(request: RunRequest, onStep: (result: StepResult) => void): Promise<void> {
    this.control.clear();
    this.send({ type: 'run', request });
    await this.until((report) => {
      if (report.type === 'step') onStep(report.result);
      return report.type === 'ran';
    });
  }

  /** Nats per character of the validation text. */
  async validate(): Promise<number> {
    this.send({ type: 'validate' });
    let loss = Number.NaN;
    await this.until((report) => {
      if (report.type === 'validated') loss = report.loss;
      return report.type === 'validated';
    });
    return loss;
  }

  /** Asks the team to stop before its next step; `run` returns when it has. */
  stop(): void {
    this.control.wishToStop();
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private send(command: Command): void {
    for (const worker of this.workers) worker.postMessage(command);
  }

  /** Waits for the report that `isLast` accepts; a worker's failure rejects, and so does what `isLast` throws. */
  private until(isLast: (report: Report) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.onFailure = reject;
      this.onReport = (report) => {
        try {
          if (isLast(report)) resolve();
        } catch (error) {
          reject(error);
        }
      };
    });
  }
}
