import { measureExamples } from '../answering/measure-examples.js';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { loadCheckpoint } from '../checkpoint/read.js';
import { CharrnnError, type ExitCode, line, type Message, option } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { jsonLine } from '../format.js';
import { dynamicOptions, evaluationOptions as table } from '../options/measuring-options.js';
import { isFirst, launched } from '../parallel/launcher.js';
import type { World } from '../parallel/world.js';
import { measure } from '../scoring/measure.js';
import { noticeLine } from '../terminal/event-lines.js';
import { say } from '../terminal/messages.js';
import { columns, writeLines } from '../terminal/output.js';
import { Task } from '../terminal/progress.js';
import { measurementLines } from '../terminal/reports.js';
import { exitOnInterrupt } from '../terminal/signals.js';
import { exampleLines } from '../terminal/task-reports.js';

import { amongRanks, factsOf } from './among-ranks.js';
import type { Handler, Typed } from './command.js';
import { spelledText } from './spelling.js';
import { valuesOf } from './values.js';

export const evaluate: Handler = async ({ words, typed }) => {
  const {
    json,
    dynamic: isDynamic,
    dynamicSegment,
    dynamicRate,
    dynamicDecay,
    rankTimeout,
    ...options
  } = valuesOf(table, typed);
  const { corpus } = words;
  const [path] = words.checkpoint;
  if (isStandardInput(path) && corpus.some(isStandardInput)) {
    throw new CharrnnError('standard input: the corpus or the checkpoint, not both; give one of them as a file', 2);
  }
  if (isDynamic && options.window !== undefined) {
    throw new CharrnnError('--window: forgets what --dynamic learns; leave one of them out', 2);
  }
  exitOnInterrupt();
  const dynamic = isDynamic ? { segment: dynamicSegment, rate: dynamicRate, decay: dynamicDecay } : undefined;
  const work = async (world?: World): Promise<ExitCode> => {
    const isShown = isFirst(world);
    const load = (): Promise<Checkpoint> => loadCheckpoint(path, isDynamic ? 'moments' : 'record');
    const checkpoint = await (world ? world.agree(load, (checkpoint) => factsOf([checkpoint])) : load());
    const encoding = options.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
    const task = isShown ? new Task() : undefined;
    const request = {
      ...{ ...options, checkpoint, corpus, encoding },
      onNotice: (message: Message): void => {
        if (isShown) say(noticeLine(spelledText(message)));
      },
      onProgress: (what: string, share: number): void =>
        task?.show(share > 0 ? `${what}: ${Math.floor(100 * share)}%` : what),
    };
    if (checkpoint.model.task) {
      refuseTextOptions(checkpoint, typed);
      if (!isShown) return 0;
      const measured = await measureExamples(request).finally(() => task?.close());
      await writeLines(json ? [jsonLine(measured)] : exampleLines(measured, columns()));
      return 0;
    }
    const { files, total } = await measure({ ...request, world, dynamic }).finally(() => task?.close());
    if (isShown) await writeLines(json ? [jsonLine({ files, total })] : measurementLines(files, total));
    return 0;
  };
  // A model that learns as it reads reads on its own.
  if (isDynamic) return isFirst(launched()) ? work() : 0;
  return amongRanks([path, ...corpus], rankTimeout, work);
};

/** @throws CharrnnError (exit code 2) when options are given that need a text that goes on */
function refuseTextOptions({ model }: Checkpoint, typed: Typed): void {
  const stray = Object.keys({ ...dynamicOptions, warmUp: 0, window: 0 }).find((key) => key in typed);
  if (stray === undefined) return;
  const fault = `examples of the task ${model.task?.name} have no text before them`;
  throw new CharrnnError(line`${option(stray)}: ${fault}; leave it out`, 2);
}
