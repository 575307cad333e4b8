// What `report` and `train` share to write a report.

import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { sizeOfFile, writeWhole } from '../files/atomic-write.js';
import { destinationOf, isStandardInput } from '../files/paths.js';
import { formatBytes, shownName } from '../format.js';
import type { Split } from '../options/measuring-options.js';
import type { BackendName, Encoding } from '../options/training-options.js';
import { checkPageTarget } from '../pages/page-target.js';
import { reportData, reportPage } from '../pages/report.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { writeText } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import type { LogLine } from '../training/log.js';
import { readLog } from '../training/read-log.js';
import { shellQuoted, spelledText, trainingCommand } from './spelling.js';

export interface ReportOrder {
  readonly checkpoints: readonly string[];
  /** Paths of logs, and logs that are not in files. */
  readonly logs: readonly (string | { readonly path: string; readonly lines: readonly LogLine[] })[];
  readonly text: readonly string[];
  readonly split: Split;
  /** The longest text to show. */
  readonly characters: number;
  readonly encoding: Encoding | undefined;
  readonly seed: number;
  readonly threads: number | undefined;
  readonly backend: BackendName;
  /** `-` is standard output. */
  readonly output: string;
}

/** Writes a report. @returns its size in bytes; 0 on standard output @throws CharrnnError */
export async function writeReport(order: ReportOrder): Promise<number> {
  const task = new Task();
  const onProgress = (what: string, share: number): void =>
    task.show(share > 0 ? `${what}: ${Math.floor(100 * share)}%` : what);
  try {
    const checkpoints = [];
    for (const path of order.checkpoints) {
      onProgress(path, 0);
      checkpoints.push({ path, checkpoint: await loadCheckpoint(path, 'record'), bytes: await sizeOfFile(path) });
    }
    const logs = [];
    for (const log of order.logs) logs.push(typeof log === 'string' ? { path: log, lines: await readLog(log) } : log);
    const [first] = checkpoints;
    const text = order.text.length > 0 && {
      ...{ corpus: order.text, split: order.split, most: order.characters },
      encoding: order.encoding ?? first?.checkpoint.training?.config.data.encoding ?? 'utf8',
      onNotice: (message: Message): void => say(noticeLine(spelledText(message))),
    };
    const { seed, threads, backend, output } = order;
    const data = await reportData({
      ...{ checkpoints, logs, text: text || undefined, seed, threads, backend, onProgress },
      commandOf: (config) => ['charrnn', ...trainingCommand(config)].map(shellQuoted).join(' '),
    });
    const page = await reportPage(data);
    task.close();
    if (output !== '-') return (await writeWhole(output, page)).bytes;
    await writeText(page, true);
    return 0;
  } finally {
    task.close();
  }
}

/** Tells where a report is, and how large. */
export const writtenLine = (path: string, bytes: number): string => `${shownName(path)}: ${formatBytes(bytes)}`;

/** Checks the file of `train --report` before the run. @throws CharrnnError */
export async function checkTrainReport(
  path: string,
  { output, log }: { readonly output: string; readonly log: string | undefined },
): Promise<void> {
  const subject = line`${option('report')} ${path}`;
  if (path === '-') throw new CharrnnError(line`${subject}: give a file`, 2);
  if ((await destinationOf(output)).isStream) {
    throw new CharrnnError(line`${subject}: needs the checkpoint in a file; give one as ${option('output')}`, 2);
  }
  const isSame = async (other: string | undefined): Promise<boolean> =>
    other !== undefined && (await destinationOf(path)).file === (await destinationOf(other)).file;
  if (await isSame(output)) throw new CharrnnError(line`${subject}: is the checkpoint; give another file`, 2);
  if (await isSame(log)) throw new CharrnnError(line`${subject}: is the log; give another file`, 2);
  await checkPageTarget(path);
}

/** The text of a run for its report: what it held out of its corpus. Standard input cannot be read again. */
export const textOfRun = (corpus: readonly string[]): readonly string[] => (corpus.some(isStandardInput) ? [] : corpus);
