import { basename, relative, resolve } from 'node:path';
import { CharrnnError, line, option } from '../errors.js';
import { destinationOf, isStandardInput } from '../files/paths.js';
import { kebab, type OptionTable, type ValuesOf } from '../options/option.js';
import { taskFileOptions, taskOptions } from '../options/task-options.js';
import { machineOptions, rankOptions, trainOutputOptions } from '../options/training-options.js';
import { launched } from '../parallel/launcher.js';
import { isLive } from '../terminal/capabilities.js';
import { say } from '../terminal/messages.js';
import { isTerminal } from '../terminal/output.js';
import { noticesOnly, PlainProgress, type Progress } from '../terminal/progress.js';
import type { TrainingEvent } from '../training/events.js';
import { LogFile, TrainingLog } from '../training/log.js';
import type { Interval, TrainRequest } from '../training/request.js';
import type { Typed } from './command.js';
import { shellQuoted } from './spelling.js';
import { valuesOf } from './values.js';

export type EventSink = (event: TrainingEvent) => void;

type OutputValues = ValuesOf<typeof trainOutputOptions>;

/**
 * Returns the path of the checkpoint to write: `-` is standard output, and a resumed run is saved to its own
 * checkpoint.
 * @throws CharrnnError (exit code 2) when it cannot be written there
 */
export function outputPath({ output, json }: OutputValues, isGiven: boolean, resume: string | undefined): string {
  if (!isGiven) return backTo(resume) ?? output;
  const path = output === '-' ? '/dev/stdout' : output;
  if (json && /^\/dev\/(stdout|fd\/1)$/.test(path)) {
    throw new CharrnnError(
      '--json: standard output is for the checkpoint; leave it out, or give a file as --output',
      2,
    );
  }
  return path;
}

function backTo(resume: string | undefined): string | undefined {
  if (isStandardInput(resume)) {
    throw new CharrnnError(`--resume ${resume}: standard input cannot be written back to; give --output`, 2);
  }
  return resume;
}

/**
 * Parses the interval of `--save-every`: `500` steps, `5m` or `0.5min` minutes, `0` never.
 * @throws CharrnnError (exit code 2) for anything else
 */
export function intervalIn(text: string): Interval {
  const [, number, unit] = /^(\d+|\d*\.\d+|\d+\.\d*)(m|min|minutes?)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  const isWhole = unit !== undefined || Number.isSafeInteger(value);
  if (number === undefined || !isWhole || value > 1e9) {
    throw new CharrnnError(`--save-every ${JSON.stringify(text)}: must be steps, as in 500, or minutes, as in 5m`, 2);
  }
  if (value === 0) return {};
  return unit === undefined ? { steps: value } : { seconds: 60 * value };
}

/** How to continue an interrupted run. */
export interface Continuation {
  /** Quoted for a shell. */
  readonly command: string;
  /** Whether it needs the same text on standard input. */
  readonly wantsText: boolean;
}

/** Options that the checkpoint does not contain and that the next command repeats. */
const { output: _output, dryRun: _dryRun, ...outputOptions } = trainOutputOptions;
const kept: OptionTable = { ...taskFileOptions, ...machineOptions, ...rankOptions, ...outputOptions };

/** @returns undefined for a run saved to a stream, which cannot be read again */
export async function continuation(run: {
  readonly corpus: readonly string[];
  readonly path: string;
  readonly typed: Typed;
}): Promise<Continuation | undefined> {
  const { corpus, path, typed } = run;
  if ((await destinationOf(path)).isStream) return undefined;
  const options = Object.entries(kept)
    .filter(([key]) => key in typed)
    .map(([key, { type }]) => (type === 'flag' ? `--${kebab(key)}` : `--${kebab(key)}=${typed[key]}`));
  const words = [
    ...launcherWords(),
    ...programWords(),
    'train',
    ...corpus.map(undashed),
    '--resume',
    undashed(path),
    ...options,
  ];
  return {
    command: words.map(shellQuoted).join(' '),
    wantsText: corpus.some(isStandardInput),
  };
}

/** Returns the words that start as many processes as now. */
function launcherWords(): string[] {
  const launch = launched();
  return launch ? ['mpirun', '-n', String(launch.size)] : [];
}

/** Returns the words that run this program: its name, or node and the path of its file. */
function programWords(): string[] {
  const [, file = ''] = process.argv;
  if (basename(file) === 'charrnn') return ['charrnn'];
  const near = relative('.', file);
  return ['node', near.startsWith('..') ? file : near];
}

/** Returns a path that cannot be mistaken for an option. */
const undashed = (path: string): string => (/^-./.test(path) ? `./${path}` : path);

/**
 * Returns a live line on a terminal, plain lines elsewhere, and only notices if quiet, or if events are printed to a
 * terminal as JSON, where a live line would mix with them.
 */
export async function progressFor({ quiet, json }: Pick<OutputValues, 'quiet' | 'json'>): Promise<Progress> {
  if (quiet || (json && isTerminal())) return noticesOnly;
  if (!isLive()) return new PlainProgress(say);
  // Load the package for live lines only when needed.
  return new (await import('../terminal/live-line.js')).LiveProgress(!json);
}

export interface Log {
  readonly onEvent: EventSink;
  /** Waits until everything is written. */
  close(): Promise<void>;
}

/**
 * Opens the log of `train --log`; undefined without it.
 * @param output the checkpoint that the run writes
 * @param onEvent receives a warning when the log can no longer be written
 * @throws CharrnnError when the file cannot be opened
 */
export async function openLog(values: OutputValues, output: string, onEvent: EventSink): Promise<Log | undefined> {
  const { log: path, logEvery } = values;
  if (path === undefined) return undefined;
  if (path === '-') throw new CharrnnError('--log -: give a file; --json writes events to standard output', 2);
  if (resolve(path) === resolve(output)) {
    throw new CharrnnError(`--log ${path}: is the checkpoint; give another file`, 2);
  }
  const file = await LogFile.open(path, (message) => onEvent({ event: 'notice', kind: 'warning', message }));
  const log = new TrainingLog(logEvery, (line) => file.write(line));
  return {
    onEvent: (event) => log.onEvent(event),
    close: async () => {
      log.close();
      await file.close();
    },
  };
}

/** @throws CharrnnError (exit code 2) when an option of a task is given without one */
export function taskIn(typed: Typed): TrainRequest['task'] {
  const { task: name, ...options } = valuesOf(taskOptions, typed);
  if (name !== undefined) return { name, ...options };
  const stray = Object.keys({ ...taskOptions, ...taskFileOptions }).find((key) => key in typed);
  if (stray !== undefined && !('resume' in typed)) {
    throw new CharrnnError(
      line`${option(stray)}: needs ${option('task')}; leave it out, or say what the examples teach`,
      2,
    );
  }
  return undefined;
}
