import { basename, relative, resolve } from 'node:path';
import { CharrnnError } from '../errors.js';
import { destinationOf, isStandardInput } from '../files/paths.js';
import { kebab, type OptionTable } from '../options/option.js';
import { taskFileOptions } from '../options/task-options.js';
import { machineOptions, rankOptions, trainOutputOptions } from '../options/training-options.js';
import { launched } from '../parallel/launcher.js';
import { isLive } from '../terminal/capabilities.js';
import { say } from '../terminal/messages.js';
import { isTerminal } from '../terminal/output.js';
import { noticesOnly, PlainProgress, type Progress } from '../terminal/progress.js';
import type { TrainingEvent } from '../training/events.js';
import { LogFile, TrainingLog } from '../training/log.js';
import type { Typed } from './command.js';
import { shellQuoted, spelledText } from './spelling.js';
import type { OutputValues } from './train-request.js';

export type EventSink = (event: TrainingEvent) => void;

/** An event whose options are spelled as on the command line. */
export const spelledEvent = (event: TrainingEvent): TrainingEvent =>
  event.event === 'notice' ? { ...event, message: spelledText(event.message) } : event;

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
