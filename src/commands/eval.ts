import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { jsonLine } from '../format.js';
import { evaluationOptions as table } from '../options/measuring-options.js';
import { measure } from '../scoring/measure.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { writeLines } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { measurementLines } from '../terminal/reports.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import type { Handler } from './command.js';
import { spelledText } from './spelling.js';
import { valuesOf } from './values.js';

export const evaluate: Handler = async ({ words, typed }) => {
  const { json, dynamic: isDynamic, dynamicSegment, dynamicRate, dynamicDecay, ...options } = valuesOf(table, typed);
  const { corpus } = words;
  const [path] = words.checkpoint;
  if (isStandardInput(path) && corpus.some(isStandardInput)) {
    throw new CharrnnError('standard input: the corpus or the checkpoint, not both; give one of them as a file', 2);
  }
  if (isDynamic && options.window !== undefined) {
    throw new CharrnnError('--window: forgets what --dynamic learns; leave one of them out', 2);
  }
  exitOnInterrupt();
  const checkpoint = await loadCheckpoint(path, isDynamic ? 'moments' : 'record');
  const task = new Task();
  const { files, total } = await measure({
    ...{ ...options, checkpoint, corpus },
    dynamic: isDynamic ? { segment: dynamicSegment, rate: dynamicRate, decay: dynamicDecay } : undefined,
    encoding: options.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8',
    onNotice: (message) => say(noticeLine(spelledText(message))),
    onProgress: (what, share) => task.show(share > 0 ? `${what}: ${Math.floor(100 * share)}%` : what),
  }).finally(() => task.close());
  await writeLines(json ? [jsonLine({ files, total })] : measurementLines(files, total));
  return 0;
};
