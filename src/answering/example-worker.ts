// One worker of the team that measures a model on examples. All workers run the same program.

import { backendsByName } from '../kernels/backend.js';
import { rows } from '../kernels/plan.js';
import { evaluateExamples } from '../model/example-batch.js';
import { attach, layOut } from '../model/instance.js';
import type { ModelSettings } from '../model/network.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName } from '../options/training-options.js';
import { share, type Team } from '../parallel/team.js';
import { serve } from '../parallel/worker-program.js';
import type { Examples } from '../text/examples.js';

/** What every worker receives. The memory is shared, as are the arrays of the examples. */
export interface ExampleData {
  readonly shape: ModelShape;
  readonly settings: ModelSettings;
  readonly backend: BackendName;
  readonly memory: WebAssembly.Memory;
  readonly examples: Examples;
}

export interface ExampleRequest {
  /** The numbers of the examples to measure. Shared memory. */
  readonly members: Int32Array;
  /** Receives the label that the model gives each example of a task with labels, by its number. Shared memory. */
  readonly answers: Int32Array | undefined;
}

export type ExampleProcedures = ReturnType<typeof exampleProgram>;

function exampleProgram({ shape, settings, backend, memory, examples }: ExampleData, team: Team) {
  const { model, worker } = attach(layOut({ backend: backendsByName[backend], shape, settings, team }), memory);
  const own = share(settings.batch, team);
  return {
    /** Every worker writes the answers of its own streams. The first one reports the number of examples read so far. */
    measure({ members, answers }: ExampleRequest, report: (count: number) => void) {
      let count = 0;
      const onBatch = (batch: Int32Array): void => {
        for (let n = own.from; answers && n < Math.min(own.to, batch.length); n++) {
          answers[batch[n]] = largestOf(worker.kernels.read(rows(model.logits, n, n + 1)));
        }
        count += batch.length;
        if (team.rank === 0) report(count);
      };
      return evaluateExamples(model, worker, examples, members, onBatch);
    },
  };
}

/** The index of the largest value; the first of equals. */
function largestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

serve(exampleProgram);
