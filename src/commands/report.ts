import { loadCheckpoint } from '../checkpoint/read.js';
import type { Message } from '../errors.js';
import { sizeOfFile, writeWhole } from '../files/atomic-write.js';
import { formatBytes, shownName } from '../format.js';
import { reportOptions as table } from '../options/report-options.js';
import { reportData, reportPage } from '../pages/report.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { writeText } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { readLog } from '../training/read-log.js';
import type { Handler } from './command.js';
import { shellQuoted, spelledText, trainingCommand } from './spelling.js';
import { valuesOf } from './values.js';

export const report: Handler = async ({ words, typed }) => {
  const options = valuesOf(table, typed);
  const { checkpoint: paths } = words;
  const { log: logPaths, text, output, quiet } = options;
  exitOnInterrupt();
  const task = new Task();
  const onProgress = (what: string, share: number): void =>
    task.show(share > 0 ? `${what}: ${Math.floor(100 * share)}%` : what);
  try {
    const checkpoints = [];
    for (const path of paths) {
      onProgress(path, 0);
      checkpoints.push({ path, checkpoint: await loadCheckpoint(path, 'record'), bytes: await sizeOfFile(path) });
    }
    const logs = [];
    for (const path of logPaths) logs.push({ path, lines: await readLog(path) });
    const data = await reportData({
      ...{ checkpoints, logs, onProgress, seed: options.seed, backend: options.backend, threads: options.threads },
      text:
        text.length === 0
          ? undefined
          : {
              ...{ corpus: text, split: options.split, most: options.characters },
              encoding: options.encoding ?? checkpoints[0]?.checkpoint.training?.config.data.encoding ?? 'utf8',
              onNotice: (message: Message): void => say(noticeLine(spelledText(message))),
            },
      commandOf: (config) => ['charrnn', ...trainingCommand(config)].map(shellQuoted).join(' '),
    });
    task.close();
    const page = await reportPage(data);
    if (output === '-') {
      await writeText(page, true);
      return 0;
    }
    const { bytes } = await writeWhole(output, page);
    if (!quiet) say(`${shownName(output)}: ${formatBytes(bytes)}`);
    return 0;
  } finally {
    task.close();
  }
};
