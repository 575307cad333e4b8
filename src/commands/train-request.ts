// From the command line of `train` to the request for a training run.

import { CharrnnError, line, option } from '../errors.js';
import { isStandardInput } from '../files/paths.js';
import type { ValuesOf } from '../options/option.js';
import { taskFileOptions, taskOptions } from '../options/task-options.js';
import {
  beginningOptions,
  machineOptions,
  trainingConfig,
  trainingOptions,
  type trainOutputOptions,
} from '../options/training-options.js';
import type { Interval, TrainRequest } from '../training/request.js';
import type { Typed } from './command.js';
import { givenOf, valuesOf } from './values.js';

/** The values of the options for what `train` shows and writes. */
export type OutputValues = ValuesOf<typeof trainOutputOptions>;

export type WritingRequest = TrainRequest & { readonly output: string };

/** Converts a command line to a training request. */
export function requestOf(corpus: readonly string[], typed: Typed, output: OutputValues): WritingRequest {
  const { run, ...config } = trainingConfig(givenOf(trainingOptions, typed));
  const beginning = valuesOf(beginningOptions, typed);
  const saveEvery = intervalIn(output.saveEvery);
  return {
    ...{ corpus, ...config, ...run, ...beginning, ...valuesOf(machineOptions, typed) },
    ...valuesOf(taskFileOptions, typed),
    task: taskIn(typed),
    output: outputPath(output, 'output' in typed, beginning.resume),
    saveEvery: 'saveEvery' in typed ? saveEvery : undefined,
    keep: output.keep,
    sampleEvery: output.sampleEvery,
  };
}

/**
 * Returns the path of the checkpoint to write: `-` is standard output, and a resumed run is saved to its own
 * checkpoint.
 * @throws CharrnnError (exit code 2) when it cannot be written there
 */
function outputPath({ output, json }: OutputValues, isGiven: boolean, resume: string | undefined): string {
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

/** @throws CharrnnError (exit code 2) when an option of a task is given without one */
function taskIn(typed: Typed): TrainRequest['task'] {
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
