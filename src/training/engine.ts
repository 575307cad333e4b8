import { backendsByName } from '../kernels/backend.js';
import type { Kernels } from '../kernels/kernels.js';
import { attach, sharedMemory } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName, TrainingConfig } from '../options/training-options.js';
import { alone } from '../parallel/team.js';
import { Workers } from '../parallel/workers.js';
import type { Material } from './material.js';
import { CONTROL_WORDS, Control, layOutTraining, type StepResult, type TrainingLayout } from './step.js';
import type { RunRequest, TrainingData, TrainingProcedures } from './training-worker.js';

export interface EngineSettings {
  readonly threads: number;
  readonly backend: BackendName;
  readonly shape: ModelShape;
  readonly config: TrainingConfig;
  readonly material: Material;
  /** The longest source of a translation. */
  readonly sourceSequence?: number | undefined;
}

/**
 * The training team as seen from the main thread. The main thread never computes: it owns the terminal, the signals and
 * the files, and reads and writes the model's memory while the team is idle.
 */
export class Engine {
  readonly layout: TrainingLayout;
  readonly kernels: Kernels;
  private readonly workers: Workers<TrainingProcedures>;
  private readonly control: Control;

  private constructor({ threads, ...settings }: EngineSettings) {
    const backend = backendsByName[settings.backend];
    const { shape, config, sourceSequence } = settings;
    this.layout = layOutTraining(shape, config, backend, { ...alone, size: threads }, sourceSequence);
    const memory = sharedMemory(this.layout);
    this.kernels = attach(this.layout, memory).kernels;
    const control = new Float64Array(new SharedArrayBuffer(8 * CONTROL_WORDS));
    this.control = new Control(control);
    const data: TrainingData = { ...settings, memory, control };
    this.workers = new Workers(new URL('./training-worker.js', import.meta.url), threads, data);
  }

  /** Starts the workers. Weights and states are zero until they are written. */
  static async start(settings: EngineSettings): Promise<Engine> {
    const engine = new Engine(settings);
    await engine.workers.ready;
    return engine;
  }

  /** Runs steps until the last one, the time limit, a stop request or a number that is not finite. */
  async run(request: RunRequest, onStep: (result: StepResult) => void): Promise<void> {
    this.control.clear();
    await this.workers.all('run', request, onStep);
  }

  /** Returns the nats per prediction of what is held out. */
  validate(): Promise<number> {
    return this.workers.all('validate', null);
  }

  /** Asks the team to stop before its next step; `run` returns once it has stopped. */
  stop(): void {
    this.control.requestStop();
  }

  /** Stops the workers. */
  close(): Promise<void> {
    return this.workers.close();
  }
}
