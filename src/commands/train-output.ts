import { basename, relative, resolve } from 'node:path';
import { CharrnnError } from '../errors.js';
import { destinationOf, isStandardInput } from '../files/paths.js';
import { kebab, type OptionTable, type ValuesOf } from '../options/option.js';
import { machineOptions, trainOutputOptions } from '../options/training-options.js';
import { isLive } from '../terminal/capabilities.js';
import { say } from '../terminal/messages.js';
import { isTerminal } from '../terminal/output.js';
import { noticesOnly, PlainProgress, type Progress } from '../terminal/progress.js';
import type { TrainingEvent } from '../training/events.js';
import { LogFile, TrainingLog } from '../training/log.js';
import type { Interval } from '../training/request.js';
import type { Typed } from './command.js';
import { shellQuoted } from './spelling.js';

export type EventSink = (event: TrainingEvent) => void;

type OutputValues = ValuesOf<typeof trainOutputOptions>;

/**
 * Where the checkpoint of a training run goes: `-` is standard output, and a run that goes on is saved where it came from.
 * @throws CharrnnError usage, where it cannot go there
 */
export function outputPath({ output, json }: OutputValues, isGiven: boolean, resume: string | undefined): string {
  if (!isGiven) return backTo(resume) ?? output;
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

/**
 * The interval in the text of `--save-every`: `500` steps, `5m` or `0.5min` minutes, `0` never.
 * @throws CharrnnError usage, for anything else
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

/** What goes on with a run that was interrupted. */
export interface Continuation {
  /** As it is typed into a shell. */
  readonly command: string;
  /** Whether it wants the same text on standard input. */
  readonly wantsText: boolean;
}

/** Options that a checkpoint does not hold and that are to be as they were. */
const { output: _output, dryRun: _dryRun, ...outputOptions } = trainOutputOptions;
const kept: OptionTable = { ...machineOptions, ...outputOptions };

/** @returns nothing for a run that was saved to a stream, which cannot be read again */
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
  const words = [...programWords(), 'train', ...corpus.map(undashed), '--resume', undashed(path), ...options];
  return {
    command: words.map(shellQuoted).join(' '),
    wantsText: corpus.some(isStandardInput),
  };
}

/** What was typed to run this program: its name, or node and the path of its file. */
function programWords(): string[] {
  const [, file = ''] = process.argv;
  if (basename(file) === 'charrnn') return ['charrnn'];
  const near = relative('.', file);
  return ['node', near.startsWith('..') ? file : near];
}

/** A path that cannot be taken for an option. */
const undashed = (path: string): string => (/^-./.test(path) ? `./${path}` : path);

/**
 * One live line on a terminal, plain lines elsewhere, and notices alone if quiet. Where events go to a terminal as
 * JSON, no live line gets between them.
 */
export async function progressFor({ quiet, json }: Pick<OutputValues, 'quiet' | 'json'>): Promise<Progress> {
  if (quiet || (json && isTerminal())) return noticesOnly;
  if (!isLive()) return new PlainProgress(say);
  // The package for live lines is loaded only where there is one.
  return new (await import('../terminal/live-line.js')).LiveProgress();
}

export interface Log {
  readonly onEvent: EventSink;
  /** Waits until all is written. */
  close(): Promise<void>;
}

/**
 * The log of `train --log`, or undefined without it.
 * @param output the checkpoint that the run writes
 * @param onEvent told when the file is lost
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
