import type { ExitCode } from '../errors.js';
import { jsonLine } from '../format.js';
import { rankOptions, trainOutputOptions } from '../options/training-options.js';
import { isFirst, launched } from '../parallel/launcher.js';
import type { World } from '../parallel/world.js';
import { JsonLines, writeLines } from '../terminal/output.js';
import { planLines } from '../terminal/reports.js';
import { exitCodeOf, exitOnInterrupt, interrupted, leave, onInterrupt } from '../terminal/signals.js';
import { planRun } from '../training/dry-run.js';
import type { TrainRequest } from '../training/request.js';
import { train as runTraining } from '../training/train.js';
import { amongRanks } from './among-ranks.js';
import type { Handler, Invocation, Typed } from './command.js';
import { continuation, type EventSink, type Log, openLog, progressFor, spelledEvent } from './train-output.js';
import { openReport, type RunReport } from './train-report.js';
import { type OutputValues, requestOf, type WritingRequest } from './train-request.js';
import { valuesOf } from './values.js';

export const train: Handler = async ({ words, typed }) => {
  const output = valuesOf(trainOutputOptions, typed);
  const request = requestOf(words.corpus, typed, output);
  if (output.dryRun) return isFirst(launched()) ? showPlan(request, output) : 0;
  const paths = [...words.corpus, request.resume, request.initFrom];
  return amongRanks(paths, valuesOf(rankOptions, typed).rankTimeout, (world) =>
    world && !isFirst(world) ? follow(request, world) : lead(request, { words, typed, output, world }),
  );
};

/** Trains as one of several ranks, but not the first: shows and writes nothing. */
async function follow(request: TrainRequest, world: World): Promise<ExitCode> {
  const stop = new AbortController();
  let [exitCode, hasBegun]: [ExitCode, boolean] = [exitCodeOf('SIGINT'), false];
  const forget = onInterrupt((signal) => {
    exitCode = exitCodeOf(signal);
    if (hasBegun) stop.abort();
    else leave(signal);
  });
  try {
    const onEvent: EventSink = ({ event }) => {
      hasBegun ||= event === 'started';
    };
    const { reason } = await runTraining({ ...request, world, signal: stop.signal, onEvent });
    return reason === 'interrupted' ? exitCode : 0;
  } finally {
    forget();
  }
}

interface Surroundings {
  readonly words: Invocation['words'];
  readonly typed: Typed;
  readonly output: OutputValues;
  readonly world: World | undefined;
}

/** Trains, shows the progress and writes the log. */
async function lead(request: WritingRequest, { words, typed, output, world }: Surroundings): Promise<ExitCode> {
  const stop = new AbortController();
  const progress = await progressFor(output);
  const json = output.json ? new JsonLines(() => stop.abort()) : undefined;
  const show: EventSink = (event) => {
    json?.write(event);
    progress.show(event);
  };
  let log: Log | undefined;
  let report: RunReport | undefined;
  let [exitCode, hasBegun]: [ExitCode, boolean] = [world ? exitCodeOf('SIGINT') : 0, false];
  const forget = onInterrupt((signal) => {
    exitCode = exitCodeOf(signal);
    if (!hasBegun) {
      progress.close();
      progress.say(interrupted(0));
      leave(signal);
      return;
    }
    progress.say('finishing this step and saving; interrupt again to quit at once');
    stop.abort();
  });
  const onEvent: EventSink = (event) => {
    const told = spelledEvent(event);
    hasBegun ||= event.event === 'started';
    log?.onEvent(told);
    report?.onEvent(told);
    show(told);
  };
  try {
    log = await openLog(output, request.output, onEvent);
    report = await openReport(output, { ...request, corpus: words.corpus });
    const finished = await runTraining({ ...request, world, signal: stop.signal, onEvent });
    await json?.end();
    if (report) progress.say(await report.write());
    if (finished.reason !== 'interrupted' || json?.isReaderGone) return 0;
    const next = await continuation({ corpus: words.corpus, path: request.output, typed });
    progress.say(interrupted(finished.step, next));
    return exitCode;
  } finally {
    forget();
    await log?.close();
    progress.close();
  }
}

/** Runs `train --dry-run`: prints the plan to standard output. */
async function showPlan(request: TrainRequest, { json, quiet }: OutputValues): Promise<ExitCode> {
  exitOnInterrupt();
  const progress = await progressFor({ quiet, json });
  try {
    const plan = await planRun({ ...request, onEvent: (event) => progress.show(spelledEvent(event)) });
    progress.close();
    await writeLines(json ? [jsonLine(plan)] : planLines(plan));
    return 0;
  } finally {
    progress.close();
  }
}
