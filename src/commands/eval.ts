import { measureExamples } from '../answering/measure-examples.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError, line, type Message, option } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { jsonLine } from '../format.js';
import { dynamicOptions, evaluationOptions as table } from '../options/measuring-options.js';
import { measure } from '../scoring/measure.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { columns, writeLines } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { measurementLines } from '../terminal/reports.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { exampleLines } from '../terminal/task-reports.js';

import type { Handler, Typed } from './command.js';
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
  const encoding = options.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
  const task = new Task();
  const request = {
    ...{ ...options, checkpoint, corpus, encoding },
    onNotice: (message: Message): void => say(noticeLine(spelledText(message))),
    onProgress: (what: string, share: number): void =>
      task.show(share > 0 ? `${what}: ${Math.floor(100 * share)}%` : what),
  };
  if (checkpoint.model.task) {
    refuseTextOptions(checkpoint, typed);
    const measured = await measureExamples(request).finally(() => task.close());
    await writeLines(json ? [jsonLine(measured)] : exampleLines(measured, columns()));
    return 0;
  }
  const { files, total } = await measure({
    ...request,
    dynamic: isDynamic ? { segment: dynamicSegment, rate: dynamicRate, decay: dynamicDecay } : undefined,
  }).finally(() => task.close());
  await writeLines(json ? [jsonLine({ files, total })] : measurementLines(files, total));
  return 0;
};

/** @throws CharrnnError (exit code 2) when options are given that need a text that goes on */
function refuseTextOptions({ model }: Checkpoint, typed: Typed): void {
  const stray = Object.keys({ ...dynamicOptions, warmUp: 0, window: 0 }).find((key) => key in typed);
  if (stray === undefined) return;
  const fault = `examples of the task ${model.task?.name} have no text before them`;
  throw new CharrnnError(line`${option(stray)}: ${fault}; leave it out`, 2);
}
