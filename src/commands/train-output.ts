import { resolve } from 'node:path';
import { CharrnnError, type ExitCode } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import { visibleJson } from '../format.js';
import type { OptionTable } from '../options/option.js';
import { engineOptions, trainOutputOptions } from '../options/training-options.js';
import type { TrainingEvent } from '../training/events.js';
import type { TrainRequest } from '../training/train.js';
import type { Parsed } from './command.js';

/**
 * Where the checkpoint of a training goes: `-` is standard output, and a run that goes on is saved where it came from.
 * @throws CharrnnError usage, where it cannot go there
 */
export function outputPath(
  { output, json }: { readonly output: string; readonly json: boolean },
  given: ReadonlySet<string>,
  resume: string | undefined,
): string {
  if (!given.has('output')) return backTo(resume) ?? output;
  const path = output === '-' ? '/dev/stdout' : output;
  if (json && /^\/dev\/(stdout|fd\/1)$/.test(path)) {
    throw new CharrnnError('--json: standard output takes the checkpoint; leave it out, or give a file as --output', 2);
  }
  return path;
}

function backTo(resume: string | undefined): string | undefined {
  if (isStandardInput(resume)) {
    throw new CharrnnError(`--resume ${resume}: standard input cannot be written back; give an --output`, 2);
  }
  return resume;
}

/** What goes on with a run that was interrupted. */
export interface Continuation {
  /** The words behind the name of the program. */
  readonly words: readonly string[];
  /** Whether they want the same text on standard input. */
  readonly wantsText: boolean;
}

/** Options that a checkpoint does not hold and that are to be as they were. */
const { output: _output, 'dry-run': _dryRun, ...outputOptions } = trainOutputOptions;
const kept: OptionTable = { ...engineOptions, ...outputOptions };

/** @returns nothing for a run that was saved to a stream, which cannot be read again */
export async function continuation(run: {
  readonly corpus: readonly string[];
  readonly path: string;
  readonly parsed: Parsed;
}): Promise<Continuation | undefined> {
  const { corpus, path, parsed } = run;
  const { destinationOf } = await import('../files/paths.js');
  if ((await destinationOf(path)).isStream) return undefined;
  const options = Object.entries(kept)
    .filter(([name, { type }]) => name in parsed && !(type === 'flag' && parsed[name] === false))
    .map(([name, { type }]) => (type === 'flag' ? `--${name}` : `--${name}=${parsed[name]}`));
  return {
    words: ['train', ...corpus.map(undashed), '--resume', undashed(path), ...options],
    wantsText: corpus.some(isStandardInput),
  };
}

/** A path that cannot be taken for an option. */
const undashed = (path: string): string => (/^-./.test(path) ? `./${path}` : path);

export interface Log {
  onEvent(event: TrainingEvent): void;
  /** Waits until all is written. */
  close(): Promise<void>;
}

/**
 * The log of `train --log`, or undefined without it.
 * @param output the checkpoint that the training writes
 * @param onEvent told when the file is lost
 * @throws CharrnnError when the file cannot be opened
 */
export async function openLog(
  { log: path, 'log-every': every }: { readonly log: string | undefined; readonly 'log-every': number },
  output: string,
  onEvent: (event: TrainingEvent) => void,
): Promise<Log | undefined> {
  if (path === undefined) return undefined;
  if (path === '-') throw new CharrnnError('--log -: give a file; --json writes events to standard output', 2);
  if (resolve(path) === resolve(output))
    throw new CharrnnError(`--log ${path}: is the checkpoint; give another file`, 2);
  const [{ TrainingLog }, { LogFile }] = await Promise.all([
    import('../training/log.js'),
    import('../training/log.js'),
  ]);
  const onWarning = (message: string): void => onEvent({ event: 'notice', kind: 'warning', message });
  const file = await LogFile.open(path, onWarning);
  const log = new TrainingLog(every, (line) => file.write(line));
  return {
    onEvent: (event) => log.onEvent(event),
    close: async () => {
      log.close();
      await file.close();
    },
  };
}

/** What `train --dry-run` does: the plan on standard output. */
export async function showPlan(
  request: Omit<TrainRequest, 'onEvent'>,
  { json, quiet }: { readonly json: boolean; readonly quiet: boolean },
): Promise<ExitCode> {
  const [{ planRun }, { planLines }, { writeLines }, { exitOnInterrupt }, { progressFor }] = await Promise.all([
    import('../training/dry-run.js'),
    import('../terminal/reports.js'),
    import('../terminal/output.js'),
    import('../terminal/signals.js'),
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
