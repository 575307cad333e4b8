// One worker of the team that measures a model on a text. All workers run the same program.

import { backendsByName } from '../kernels/backend.js';
import { type Evaluation, evaluate } from '../model/evaluate.js';
import { attach, forReading, layOut } from '../model/instance.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName } from '../options/training-options.js';
import type { Team } from '../parallel/team.js';
import { serve } from '../parallel/worker-program.js';
import type { BatchShape } from '../text/streams.js';
import type { Tokens } from '../text/tokens.js';

/** Milliseconds between two progress reports. */
const REPORT_EVERY = 200;

/** What every worker receives. The memory is shared. */
export interface EvaluationData {
  readonly shape: ModelShape;
  readonly batch: BatchShape;
  readonly backend: BackendName;
  readonly memory: WebAssembly.Memory;
}

/** See `evaluate`. */
export interface EvaluationRequest {
  readonly text: Tokens;
  readonly warmUp?: number;
  readonly window?: number | undefined;
}

export type EvaluationProcedures = ReturnType<typeof evaluationProgram>;

function evaluationProgram({ shape, batch, memory, ...data }: EvaluationData, team: Team) {
  const layout = layOut({
    backend: backendsByName[data.backend],
    shape,
    settings: forReading(batch, team.ranks),
    team,
  });
  const { model, worker } = attach(layout, memory);
  let reportedAt = 0;
  return {
    /** The first worker reports the fraction of the text that has been read. */
    evaluate({ text, warmUp = 0, window }: EvaluationRequest, report: (share: number) => void): Evaluation {
      const onProgress = (share: number): void => {
        const now = performance.now();
        if (team.rank !== 0 || now - reportedAt < REPORT_EVERY) return;
        reportedAt = now;
        report(share);
      };
      return evaluate(model, worker, text, { warmUp, window, onProgress });
    },
  };
}

serve(evaluationProgram);
