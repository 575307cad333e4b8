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
import type { Examples, Texts } from '../text/examples.js';

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
  /**
   * Receives, by the number of the example, the label that the model gives it, or 1 if it writes its text exactly when it
   * always takes the likeliest character: if that is the right one after each beginning of the text. Shared memory.
   */
  readonly answers: Int32Array;
}

export type ExampleProcedures = ReturnType<typeof exampleProgram>;

function exampleProgram({ shape, settings, backend, memory, examples }: ExampleData, team: Team) {
  const { model, worker } = attach(layOut({ backend: backendsByName[backend], shape, settings, team }), memory);
  const own = share(settings.batch, team);
  const { written } = examples;
  const answerIn = (row: number): number => largestOf(worker.kernels.read(rows(model.logits, row, row + 1)));
  const isExact = ({ tokens, ends }: Texts, example: number, stream: number): boolean => {
    const text = tokens.subarray(ends[example - 1] ?? 0, ends[example]);
    return text.every((symbol, t) => answerIn(t * settings.batch + stream) === symbol);
  };
  return {
    /** Every worker writes the answers of its own streams. The first one reports the number of examples read so far. */
    measure({ members, answers }: ExampleRequest, report: (count: number) => void) {
      let count = 0;
      const onBatch = (batch: Int32Array): void => {
        for (let n = own.from; n < Math.min(own.to, batch.length); n++) {
          answers[batch[n]] = written ? Number(isExact(written, batch[n], n)) : answerIn(n);
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
