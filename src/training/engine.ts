import { backendsByName } from '../kernels/backend.js';
import type { Kernels } from '../kernels/kernels.js';
import { attach, sharedMemory } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName, TrainingConfig } from '../options/training-options.js';
import type { RanksStart } from '../parallel/ranks.js';
import { alone, placed } from '../parallel/team.js';
import { Workers } from '../parallel/workers.js';
import { Control, controlWords, type Ending } from './control.js';
import type { Material } from './material.js';
import { layOutTraining, type StepResult, type TrainingLayout } from './step.js';
import type { RunRequest, TrainingData, TrainingProcedures } from './training-worker.js';

export interface EngineSettings {
  readonly threads: number;
  readonly backend: BackendName;
  readonly shape: ModelShape;
  readonly config: TrainingConfig;
  readonly material: Material;
  /** The longest source of a translation. */
  readonly sourceSequence?: number | undefined;
  /** The processes that train together with this one. */
  readonly ranks?: RanksStart | undefined;
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

  private constructor({ threads, ranks: start, ...settings }: EngineSettings) {
    const backend = backendsByName[settings.backend];
    const { shape, config, sourceSequence } = settings;
    const ranks = placed(start);
    this.layout = layOutTraining(shape, config, backend, { ...alone, ranks, size: threads }, sourceSequence);
    const memory = sharedMemory(this.layout);
    this.kernels = attach(this.layout, memory).kernels;
    const control = controlWords();
    this.control = new Control(control);
    const data: TrainingData = { ...settings, memory, control };
    this.workers = new Workers(new URL('./training-worker.js', import.meta.url), threads, data, start);
  }

  /** Starts the workers. Weights and states are zero until they are written. */
  static async start(settings: EngineSettings): Promise<Engine> {
    const engine = new Engine(settings);
    await engine.workers.ready;
    return engine;
  }

  /** Runs steps until the last one, the time limit, a request or a number that is not finite. */
  run(request: RunRequest, onStep: (result: StepResult) => void): Promise<Ending> {
    return this.workers.all('run', request, onStep);
  }

  /** Collects the states that all ranks carry, for a checkpoint. */
  collect(): Promise<void> {
    return this.workers.all('collect', null);
  }

  /** Returns the nats per prediction of what is held out. */
  validate(): Promise<number> {
    return this.workers.all('validate', null);
  }

  /** Asks for a pause before the next step, in this call of `run` or the next. */
  pause(): void {
    this.control.pause();
  }

  /** Asks for the end of the run before the next step; every later call of `run` ends at once. */
  interrupt(): void {
    this.control.interrupt();
  }

  /** Stops the workers. */
  close(): Promise<void> {
    return this.workers.close();
  }
}
