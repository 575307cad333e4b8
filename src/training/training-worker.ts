// One worker of the training team. All workers run the same program. Only the first one reads the clock and what the main
// thread asks for; it passes them to the others through the control words before each step.

import { backendsByName } from '../kernels/backend.js';
import { attach } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName, TrainingConfig } from '../options/training-options.js';
import type { Team } from '../parallel/team.js';
import { serve } from '../parallel/worker-program.js';
import { Control, type ControlWords, type Ending } from './control.js';
import type { Material } from './material.js';
import { type Limits, progressOf } from './schedule.js';
import { layOutTraining, type StepResult, TrainingProgram } from './step.js';

/** What every worker receives. The arrays are shared memory. */
export interface TrainingData {
  readonly shape: ModelShape;
  readonly config: TrainingConfig;
  readonly material: Material;
  readonly sourceSequence?: number | undefined;
  readonly memory: WebAssembly.Memory;
  readonly backend: BackendName;
  readonly control: ControlWords;
}

/** Steps to run: from `first` to `last` inclusive, as long as time is left. */
export interface RunRequest extends Limits {
  readonly first: number;
  readonly last: number;
  /** Seconds that the whole run has taken so far. */
  readonly seconds: number;
}

export type TrainingProcedures = ReturnType<typeof trainingProgram>;

function trainingProgram(data: TrainingData, team: Team) {
  const { shape, config, material, sourceSequence, memory } = data;
  const control = new Control(data.control);
  const layout = layOutTraining(shape, config, backendsByName[data.backend], team, sourceSequence);
  const program = new TrainingProgram(layout, config, material, attach(layout, memory).worker);

  return {
    /** The first worker reports each step. */
    run(request: RunRequest, report: (result: StepResult) => void): Ending {
      const start = performance.now();
      for (let step = request.first; ; step++) {
        if (team.rank === 0) {
          const seconds = request.seconds + (performance.now() - start) / 1000;
          control.publish(team.ranks, step > request.last, progressOf(request, step, seconds));
        }
        team.barrier();
        const { ending, progress } = control.read();
        if (ending) {
          // Nobody may publish again before all have read.
          team.barrier();
          return ending;
        }
        const result = program.step(step, progress);
        if (team.rank === 0) report(result);
        if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) return 'over';
      }
    },

    /** Collects the carried states of all ranks. */
    collect(_: null): void {
      program.collect();
    },

    /** Returns the nats per prediction of what is held out. */
    validate(_: null): number {
      return program.validate();
    },
  };
}

serve(trainingProgram);
