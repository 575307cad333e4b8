import { setTimeout as sleep } from 'node:timers/promises';
import { checkpointBytes } from '../checkpoint/write.js';
import { backendsByName } from '../kernels/backend.js';
import type { TensorShape } from '../kernels/kernels.js';
import { type Machine, thisMachine } from '../machine.js';
import { initialise } from '../model/parameters.js';
import { type ModelParameter, parameterShapes, type Task } from '../model/shape.js';
import { Engine, type EngineSettings } from './engine.js';
import { charactersPerStep, stepsOf, validationBatches, withLessValidation } from './material.js';
import type { MemoryPart } from './memory.js';
import type { FollowedRequest } from './request.js';
import { limits } from './schedule.js';
import { type Setup, setUp } from './setup.js';

/** What a training run would do. `--dry-run --json` prints this object as it is. */
export interface RunPlan {
  readonly model: {
    readonly cell: string;
    readonly layers: number;
    readonly hidden: number;
    readonly vocabulary: number;
    readonly parameters: number;
    readonly task?: Task | undefined;
  };
  /** One for each layer and one for the decoder. */
  readonly groups: readonly ParameterGroup[];
  /** Training and validation in characters, or in examples of a task. */
  readonly corpus: { readonly characters: number; readonly training: number; readonly validation: number };
  readonly run: {
    readonly batch: number;
    readonly sequence: number;
    /** Batches of a step. */
    readonly accumulate: number;
    readonly stepsPerEpoch: number;
    /** Steps of the whole run; null when `--minutes` decides. */
    readonly steps: number | null;
    readonly threads: number;
    /** What computes: native, wasm, fused or blas. */
    readonly backend: string;
  };
  /** Bytes. */
  readonly memory: {
    readonly parts: readonly Pick<MemoryPart, 'name' | 'bytes'>[];
    /** Memory that the kernels work on, 4 GiB at most. */
    readonly webAssembly: number;
    readonly total: number;
    readonly machine: Pick<Machine, 'total' | 'available'>;
  };
  /** Based on a trial of about two seconds. */
  readonly estimate: Trial & {
    readonly charactersPerSecond: number;
    /** Includes validations. A lower bound when no step could be timed. */
    readonly seconds: number;
  };
  /** The path is null when nothing is written. */
  readonly checkpoint: { readonly path: string | null; readonly bytes: number };
}

export interface ParameterGroup {
  readonly name: string;
  readonly tensors: readonly TensorShape[];
  readonly parameters: number;
}

/** Prepares a run, tries it for a moment, and returns what it would do. Writes nothing. */
export async function planRun(request: FollowedRequest): Promise<RunPlan> {
  const setup = await setUp(request);
  const { corpus, parts, config, shape, settings, memory } = setup;
  const { batch, sequence, accumulate } = config.data;
  const { threads } = settings;
  const backend = backendsByName[settings.backend].uses();
  const { total, available } = thisMachine();
  const steps = stepsOf(settings.material, config.data);
  const groups = groupsOf(parameterShapes(shape));
  const trial = await tryOut(settings);
  return {
    model: { ...shape, parameters: groups.reduce((sum, { parameters }) => sum + parameters, 0) },
    groups,
    corpus: { characters: corpus.length, ...parts },
    run: {
      batch,
      sequence,
      accumulate,
      stepsPerEpoch: steps,
      steps: limits(config.run, steps).totalSteps,
      threads,
      backend,
    },
    memory: {
      parts: [...memory.shared, ...memory.other]
        .filter(({ bytes }) => bytes > 0)
        .map(({ name, bytes }) => ({ name, bytes })),
      webAssembly: memory.sharedBytes,
      total: memory.totalBytes,
      machine: { total, available },
    },
    estimate: {
      ...trial,
      charactersPerSecond: charactersPerStep(settings.material, config.data) / trial.secondsPerStep,
      seconds: secondsOf(setup, trial, steps),
    },
    checkpoint: {
      path: request.output ?? null,
      bytes: checkpointBytes(shape, corpus.vocabulary.record.codePoints, config),
    },
  };
}

/** Returns the seconds of the remaining steps and validations, or `--minutes` if that is less. */
export function secondsOf(
  { parts, config, resumed, material }: Pick<Setup, 'parts' | 'config' | 'resumed' | 'material'>,
  trial: Trial,
  stepsPerEpoch: number,
): number {
  const { totalSteps, totalSeconds } = limits(config.run, stepsPerEpoch);
  if (totalSteps === null) return totalSeconds ?? 0;
  const left = Math.max(0, totalSteps - (resumed?.step ?? 0));
  const validations = parts.validation > 0 ? Math.ceil(left / (config.run.validateEvery ?? stepsPerEpoch)) : 0;
  const windows = validations > 0 ? validationBatches(material, config.data) : 0;
  const seconds = left * trial.secondsPerStep + validations * windows * trial.secondsPerValidationWindow;
  return Math.min(seconds, totalSeconds ?? Number.POSITIVE_INFINITY);
}

/** Groups parameters by layer and decoder, under their names there. */
function groupsOf(parameters: readonly ModelParameter[]): ParameterGroup[] {
  const groups = new Map<string, TensorShape[]>();
  for (const { group, own, shape } of parameters) {
    groups.set(group, [...(groups.get(group) ?? []), { name: own, shape }]);
  }
  return [...groups].map(([name, own]) => ({
    name,
    tensors: own,
    parameters: own.reduce((sum, { shape }) => sum + shape.reduce((size, length) => size * length, 1), 0),
  }));
}

/** Seconds of untimed steps at the start, while kernels are still being compiled. */
const WARM_UP_SECONDS = 0.5;
const TIMED_SECONDS = 1.5;
/** Seconds after which a trial gives up: the model is slower than that. */
const PATIENCE = 10;
/** Windows of the validation text that are timed. */
const VALIDATION_WINDOWS = 3;

/** How long real steps of the real model took on this machine under its current load. */
export interface Trial {
  /** Steps that were timed; 0 when none ended in time. */
  readonly steps: number;
  /** Seconds per step; when no step was timed, the seconds that were too few. */
  readonly secondsPerStep: number;
  /** Seconds per window of the validation text; 0 without validation. */
  readonly secondsPerValidationWindow: number;
}

/** Trains for about two seconds and discards the result. */
export async function tryOut(settings: EngineSettings): Promise<Trial> {
  const { data } = settings.config;
  const material = withLessValidation(settings.material, VALIDATION_WINDOWS, data);
  const engine = await Engine.start({ ...settings, material });
  const end = new AbortController();
  let trial: Trial = { steps: 0, secondsPerStep: PATIENCE, secondsPerValidationWindow: 0 };

  const measure = async (): Promise<void> => {
    initialise(engine.layout.model.weights, engine.kernels, settings.config.run.seed);
    for (const seconds of [WARM_UP_SECONDS, TIMED_SECONDS]) {
      let steps = 0;
      const start = performance.now();
      const request = { first: 1, last: Number.MAX_SAFE_INTEGER, totalSteps: null, totalSeconds: seconds, seconds: 0 };
      await engine.run(request, () => {
        steps++;
      });
      trial = { ...trial, steps, secondsPerStep: (performance.now() - start) / 1000 / steps };
    }
    if (material.validation.length < (material.kind === 'text' ? 2 : 1)) return;
    const start = performance.now();
    await engine.validate();
    const seconds = (performance.now() - start) / 1000;
    trial = { ...trial, secondsPerValidationWindow: seconds / validationBatches(material, data) };
  };
  try {
    const patience = sleep(PATIENCE * 1000, undefined, { signal: end.signal }).catch(() => {});
    await Promise.race([measure(), patience]);
    return trial;
  } finally {
    end.abort();
    await engine.close();
  }
}
