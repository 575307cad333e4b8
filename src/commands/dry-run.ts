import type { ExitCode } from '../errors.js';
import { visibleJson } from '../format.js';
import type { TrainRequest } from '../training/train.js';

/** What `train --dry-run` does: the plan on standard output. */
export async function showPlan(
  request: Omit<TrainRequest, 'onEvent'>,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
): Promise<ExitCode> {
  const [{ planRun }, { planLines }, { writeLines }, { exitOnInterrupt }, { progressFor }] = await Promise.all([
    import('../training/dry-run.js'),
    import('../terminal/plan-report.js'),
    import('../terminal/output.js'),
    import('../terminal/interrupt.js'),
    import('../terminal/progress.js'),
  ]);
  exitOnInterrupt();
  const progress = await progressFor({ quiet, json });
  try {
    const plan = await planRun({ ...request, onEvent: (event) => progress.show(event) });
    progress.close();
    await writeLines(json ? [visibleJson(JSON.stringify(plan))] : planLines(plan));
    return 0;
  } finally {
    progress.close();
  }
}
