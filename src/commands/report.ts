import { CharrnnError, type ExitCode } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { shownName } from '../format.js';
import { reportOptions as table } from '../options/report-options.js';
import { checkPageTarget } from '../pages/page-target.js';
import { type Watch, watchLog } from '../pages/watch.js';
import { say } from '../terminal/messages.js';
import { writeLines } from '../terminal/output.js';
import { exitCodeOf, exitOnInterrupt, onInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { writeReport, writtenLine } from './report-output.js';
import { type Conflicts, refuseConflicts, valuesOf } from './values.js';

const conflicts: Conflicts = { watch: ['text', 'split', 'characters', 'encoding', 'log', 'output', 'seed', 'threads'] };

export const report: Handler = async ({ words, typed }) => {
  const options = valuesOf(table, typed);
  const { checkpoint: checkpoints } = words;
  const { watch, port, log: logs, text, split, output, quiet } = options;
  refuseConflicts(conflicts, typed);
  if (watch !== undefined) {
    if (checkpoints.length > 0) {
      throw new CharrnnError(`${checkpoints[0]}: cannot be combined with --watch; leave one of them out`, 2);
    }
    return follow(watch, port);
  }
  if ('port' in typed) throw new CharrnnError('--port: only for --watch; leave it out', 2);
  if (checkpoints.length + logs.length === 0) {
    throw new CharrnnError('nothing to report on; give a checkpoint, a log with --log, or a log to --watch', 2);
  }
  if ([...checkpoints, ...text].filter(isStandardInput).length > 1) {
    throw new CharrnnError('standard input: can be read only once; give a file', 2);
  }
  if (checkpoints.length === 0 && text.length > 0) {
    throw new CharrnnError('--text: needs a checkpoint to read it; give one', 2);
  }
  if (split !== 'all' && text.length === 0) {
    throw new CharrnnError(`--split ${split}: needs the corpus of the training run; give it with --text`, 2);
  }
  if ([...checkpoints, ...logs].includes(output) && output !== '-') {
    throw new CharrnnError(`--output ${output}: is what the page is about; give another file`, 2);
  }
  exitOnInterrupt();
  if (output !== '-') await checkPageTarget(output);
  const bytes = await writeReport({ ...options, checkpoints, logs });
  if (output !== '-' && !quiet) say(writtenLine(output, bytes));
  return 0;
};

/** Serves a page that follows a log, until an interruption. Ctrl-C is the way to end it, and so no failure. */
async function follow(path: string, port: number): Promise<ExitCode> {
  if (path === '-') throw new CharrnnError('--watch -: give a file', 2);
  const watch: Watch = await watchLog(path, port);
  const signal = new Promise<Parameters<Parameters<typeof onInterrupt>[0]>[0]>((resolve) => {
    onInterrupt(resolve);
  });
  await writeLines([watch.address]);
  say(`following ${shownName(path)} at this address; Ctrl-C ends it`);
  const ended = await signal;
  await watch.close();
  return ended === 'SIGINT' ? 0 : exitCodeOf(ended);
}
