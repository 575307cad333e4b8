import type { TrainingEvent } from '../training/events.js';
import { type LogLine, TrainingLog } from '../training/log.js';
import type { TrainRequest } from '../training/request.js';

/** The report that `train` writes at the end of its run. */
export interface RunReport {
  readonly onEvent: (event: TrainingEvent) => void;
  /** Writes the page. @returns the line that tells where it is */
  write(): Promise<string>;
}

/** Seed of the samples, and the longest text, as for `report`. */
const [SEED, CHARACTERS] = [1, 1_000_000];

/**
 * Checks where `train --report` writes, and collects what a log would have; undefined without the option.
 * @throws CharrnnError when nothing can be written there
 */
export async function openReport(
  values: { readonly report: string | undefined; readonly log: string | undefined; readonly logEvery: number },
  run: Pick<TrainRequest, 'threads' | 'backend'> & { readonly corpus: readonly string[]; readonly output: string },
): Promise<RunReport | undefined> {
  const { report: path, log: file, logEvery } = values;
  if (path === undefined) return undefined;
  const { checkTrainReport, textOfRun, writeReport, writtenLine } = await import('./report-output.js');
  await checkTrainReport(path, { output: run.output, log: file });
  const lines: LogLine[] = [];
  const log = new TrainingLog(logEvery, (line) => lines.push(line));
  let isForText = true;
  let isHeldOut = false;
  return {
    onEvent: (event) => {
      log.onEvent(event);
      if (event.event !== 'started') return;
      isForText = event.task === undefined;
      isHeldOut = event.validationCharacters > 0;
    },
    write: async () => {
      log.close();
      const bytes = await writeReport({
        checkpoints: [run.output],
        // A file also has what was logged before the run was resumed.
        logs: [file ?? { path: 'this run', lines }],
        text: isForText && isHeldOut ? textOfRun(run.corpus) : [],
        split: 'validation',
        ...{ characters: CHARACTERS, encoding: undefined, seed: SEED, threads: run.threads },
        ...{ backend: run.backend ?? 'auto', output: path },
      });
      return writtenLine(path, bytes);
    },
  };
}
