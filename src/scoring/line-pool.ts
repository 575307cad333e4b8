import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import type { VocabularyRecord } from '../text/vocabulary.js';
import type { DynamicOptions } from './dynamic.js';
import { LINE_BATCH, STREAM_BATCH } from './line-scorer.js';
import { readerMemory } from './reader.js';

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

export interface PoolSettings {
  readonly checkpoint: Checkpoint;
  readonly encoding: Encoding;
  readonly context: 'line' | 'stream';
  /** How the model goes on learning, if it does; one text then. */
  readonly dynamic: DynamicOptions | undefined;
  /** The cores available if not given; a text that goes on over its lines has one reader. */
  readonly threads: number | undefined;
  readonly backend: BackendName;
  /** Whether the nats of each character are wanted. */
  readonly isDetailed: boolean;
}

interface Task {
  readonly request: ScoringRequest;
  readonly resolve: (scores: LineScores) => void;
  readonly reject: (error: Error) => void;
}

/** Workers that score blocks of lines, each with a model of its own. */
export class LinePool {
  /** Blocks that keep all workers busy. */
  readonly room: number;
  private readonly workers: Worker[] = [];
  private readonly idle: Worker[] = [];
  private readonly running = new Map<Worker, Task>();
  private readonly waiting: Task[] = [];

  constructor(settings: PoolSettings) {
    const isOneText = settings.context === 'stream' || settings.dynamic !== undefined;
    const size = isOneText ? 1 : (settings.threads ?? availableParallelism());
    for (let i = 0; i < size; i++) {
      const workerData = settingsOf(settings);
      const worker = new Worker(new URL('./scoring-worker.js', import.meta.url), { workerData });
      worker.on('message', (report: ScoringReport) => this.onReport(worker, report));
      worker.on('error', (error) => this.fail(error as Error));
      worker.on('exit', () => this.fail(new Error('a worker ended')));
      this.workers.push(worker);
      this.idle.push(worker);
    }
    this.room = 2 * size;
  }

  /** What a block of lines costs. One text must be given in its order. */
  score(request: ScoringRequest): Promise<LineScores> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      this.next();
    });
  }

  /** Ends the workers. */
  async close(): Promise<void> {
    for (const worker of this.workers) worker.removeAllListeners('exit');
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private next(): void {
    const worker = this.waiting.length > 0 ? this.idle.pop() : undefined;
    const task = worker && this.waiting.shift();
    if (!task) return;
    this.running.set(worker, task);
    worker.postMessage(task.request);
  }

  private onReport(worker: Worker, report: ScoringReport): void {
    const task = this.running.get(worker);
    if (report.type === 'failed') {
      this.fail(new Error(report.message));
      return;
    }
    this.running.delete(worker);
    this.idle.push(worker);
    this.next();
    task?.resolve(report.scores);
  }

  private fail(error: Error): void {
    for (const { reject } of [...this.running.values(), ...this.waiting.splice(0)]) reject(error);
  }
}

function settingsOf({ checkpoint, encoding, backend, context, dynamic, isDetailed }: PoolSettings): ScoringSettings {
  const { model: shape, vocabulary, parameters } = checkpoint;
  const common = { shape, vocabulary, encoding, backend, isDetailed };
  if (dynamic) {
    const memory = new WebAssembly.Memory({ initial: 0, maximum: 1, shared: true });
    return { ...common, memory, reading: { checkpoint: readable(checkpoint), options: dynamic } };
  }
  const batch = context === 'line' ? LINE_BATCH : STREAM_BATCH;
  return { ...common, memory: readerMemory({ shape, parameters }, batch, backend), reading: context };
}

/** A checkpoint that can be sent to another thread: its arrays may be decoded when they are asked for. */
function readable(checkpoint: Checkpoint): Checkpoint {
  const { model, vocabulary, parameters, training } = checkpoint;
  const whole = ({ name, shape, values }: Checkpoint['parameters'][number]) => ({ name, shape, values });
  if (!training) return { model, vocabulary, parameters: parameters.map(whole) };
  const { config, corpus, totalSteps, step, bestValidationLoss, history, recent, seconds, moments } = training;
  const progress = { config, corpus, totalSteps, step, bestValidationLoss, history, recent, seconds };
  return {
    ...{ model, vocabulary, parameters: parameters.map(whole) },
    training: { ...progress, moments: moments.map(whole), carried: [] },
  };
}
