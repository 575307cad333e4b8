import { checkpointBytes } from '../checkpoint/size.js';
import { type Machine, thisMachine } from '../machine.js';
import { parameterShapes, type TensorShape } from '../model/shape.js';
import type { BackendName } from '../options.js';
import { evaluationWindows } from '../scoring/evaluate.js';
import type { Beginning } from './begin.js';
import { limits } from './limits.js';
import type { MemoryPart } from './memory.js';
import { prepare } from './prepare.js';
import type { TrainRequest } from './train.js';
import { type Trial, tryOut } from './trial.js';

/** What a training run would be. `--dry-run --json` prints this object as it is. */
export interface RunPlan {
  readonly model: {
    readonly cell: string;
    readonly layers: number;
    readonly hidden: number;
    readonly vocabulary: number;
    readonly parameters: number;
  };
  /** By layer, and the decoder. */
  readonly groups: readonly ParameterGroup[];
  readonly corpus: { readonly characters: number; readonly training: number; readonly validation: number };
  readonly run: {
    readonly batch: number;
    readonly sequence: number;
    readonly stepsPerEpoch: number;
    /** Steps of the whole run; null while `--minutes` decides. */
    readonly steps: number | null;
    readonly threads: number;
    readonly backend: BackendName;
  };
  /** Bytes. */
  readonly memory: {
    readonly parts: readonly Pick<MemoryPart, 'name' | 'bytes'>[];
    /** What the kernels work on, of the 4 GiB that there can be. */
    readonly webAssembly: number;
    readonly total: number;
    readonly machine: Pick<Machine, 'total' | 'available'>;
  };
  /** From a trial of about two seconds. */
  readonly estimate: Trial & {
    readonly charactersPerSecond: number;
    /** Validations included; at least that many where no step could be timed. */
    readonly seconds: number;
  };
  readonly checkpoint: { readonly path: string; readonly bytes: number };
}

export interface ParameterGroup {
  readonly name: string;
  readonly tensors: readonly TensorShape[];
  readonly parameters: number;
}

/** Prepares a run, tries it out for a moment, and tells what it would be. Nothing is written. */
export async function planRun(request: TrainRequest): Promise<RunPlan> {
  const { beginning, settings, memory } = await prepare(request);
  const { corpus, parts, options } = beginning;
  const { batch, sequence } = options;
  const { shape, threads, backend } = settings;
  const { total, available } = thisMachine();
  const stepsPerEpoch = Math.floor(Math.floor((parts.training - 1) / batch) / sequence);
  const groups = groupsOf(parameterShapes(shape));
  const trial = await tryOut(settings);
  return {
    model: { ...shape, parameters: groups.reduce((sum, { parameters }) => sum + parameters, 0) },
    groups,
    corpus: { characters: corpus.length, ...parts },
    run: { batch, sequence, stepsPerEpoch, steps: limits(options, stepsPerEpoch).totalSteps, threads, backend },
    memory: {
      parts: [...memory.shared, ...memory.beside]
        .filter(({ bytes }) => bytes > 0)
        .map(({ name, bytes }) => ({ name, bytes })),
      webAssembly: memory.sharedBytes,
      total: memory.totalBytes,
      machine: { total, available },
    },
    estimate: {
      ...trial,
      charactersPerSecond: (batch * sequence) / trial.secondsPerStep,
      seconds: secondsOf(beginning, trial, stepsPerEpoch),
    },
    checkpoint: {
      path: request.output,
      bytes: checkpointBytes(shape, corpus.vocabulary.record.codePoints, options),
    },
  };
}

/** Seconds of steps and validations, or of `--minutes` if that is less. */
export function secondsOf(
  { parts, options, resumed }: Pick<Beginning, 'parts' | 'options' | 'resumed'>,
  trial: Trial,
  stepsPerEpoch: number,
): number {
  const { totalSteps, totalSeconds } = limits(options, stepsPerEpoch);
  if (totalSteps === null) return totalSeconds ?? 0;
  const left = Math.max(0, totalSteps - (resumed?.step ?? 0));
  const validations = parts.validation > 0 ? Math.ceil(left / (options['validate-every'] ?? stepsPerEpoch)) : 0;
  const windows = validations > 0 ? evaluationWindows(parts.validation, options) : 0;
  const seconds = left * trial.secondsPerStep + validations * windows * trial.secondsPerValidationWindow;
  return Math.min(seconds, totalSeconds ?? Number.POSITIVE_INFINITY);
}

/** The tensors of each layer, whose names begin alike. */
function groupsOf(tensors: readonly TensorShape[]): ParameterGroup[] {
  const groups = new Map<string, TensorShape[]>();
  for (const { name, shape } of tensors) {
    const [group, own] = name.split('.');
    groups.set(group, [...(groups.get(group) ?? []), { name: own, shape }]);
  }
  return [...groups].map(([name, own]) => ({
    name,
    tensors: own,
    parameters: own.reduce((sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0),
  }));
}
