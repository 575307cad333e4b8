import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, type Message, option } from '../errors.js';
import type { SharedBackend } from '../kernels/backend.js';
import type { Kernels } from '../kernels/kernels.js';
import { create } from '../model/instance.js';
import { initialise } from '../model/parameters.js';
import { checkValue } from '../options/option.js';
import { type GivenConfig, machineOptions, type PresetName, type TrainingConfig } from '../options/training-options.js';
import { alone } from '../parallel/team.js';
import { type CharacterCount, learnedVocabulary, type Vocabulary } from '../text/vocabulary.js';
import type { Ending } from './control.js';
import { divergence } from './divergence.js';
import { Engine } from './engine.js';
import { stepsOf } from './material.js';
import { type Limits, limits, progressOf } from './schedule.js';
import { checkConfig, settledConfig } from './settled-config.js';
import { layOutTraining, type StepResult, type TrainingLayout, TrainingProgram } from './step.js';
import type { RunRequest, TrainingData } from './training-worker.js';

export interface TrainerSettings {
  readonly given: GivenConfig;
  readonly preset?: PresetName | undefined;
  readonly recipe?: boolean | undefined;
  readonly backend: SharedBackend;
  /** Worker threads that compute the steps, at most as many as there are streams; without any the calling thread does. */
  readonly threads?: number | undefined;
  readonly onNotice: (message: Message) => void;
}

/** Trains on a text in memory, one step at a time: the same steps as a run. It keeps no state on disk. */
export class Trainer {
  private readonly limits: Limits;
  private done = 0;
  private seconds = 0;
  private last: StepResult | undefined;

  private constructor(
    readonly config: TrainingConfig,
    readonly stepsPerEpoch: number,
    private readonly vocabulary: Vocabulary,
    private readonly runner: Runner,
  ) {
    this.limits = limits(config.run, stepsPerEpoch);
  }

  /** @throws CharrnnError (as a rejection) when the text is too short, a value is wrong or the model too large */
  static async start(text: string, settings: TrainerSettings): Promise<Trainer> {
    const { given, preset, recipe, backend, threads, onNotice } = settings;
    checkConfig(given);
    if (threads !== undefined)
      checkValue(line`${option('threads')} ${String(threads)}`, machineOptions.threads, threads);
    const codePoints = codePointsIn(text);
    if (codePoints.length === 0) throw new CharrnnError('the text is empty; give one with some characters');
    const vocabulary = learnedVocabulary('the text', counted(codePoints), given.data.minCount ?? 1);
    const request = { name: 'the text', characters: codePoints.length, given, preset, recipe };
    const { config, parts } = settledConfig({ ...request, pace: backend.pace(), onNotice });
    const tokens = threads === undefined ? codePoints : new Uint32Array(new SharedArrayBuffer(codePoints.byteLength));
    for (const [i, codePoint] of codePoints.entries()) tokens[i] = Math.max(0, vocabulary.indexOf(codePoint));
    const [training, validation] = [tokens.subarray(0, parts.training), tokens.subarray(parts.training)];
    const { cell, layers, hidden } = config.model;
    const common = {
      shape: { cell, layers, hidden, vocabulary: vocabulary.size },
      config,
      material: { kind: 'text', training, validation },
    } as const;
    const runner =
      threads === undefined
        ? new OwnThread({ ...common, backend })
        : await Engine.start({ ...common, backend: backend.name, threads: Math.min(threads, config.data.batch) });
    const { layout, kernels } = runner;
    initialise(layout.model.weights, kernels, config.run.seed);
    if (layout.optimizer.average) kernels.copy(layout.model.weights.block, layout.optimizer.average.block);
    return new Trainer(config, stepsOf(common.material, config.data), vocabulary, runner);
  }

  /** Steps of the whole run; null where only the time limits it. */
  get totalSteps(): number | null {
    return this.limits.totalSteps;
  }

  /**
   * Runs the next step.
   * @returns undefined when the run is over
   * @throws CharrnnError (as a rejection) when the loss is not finite; no weight has changed then
   */
  async step(): Promise<StepResult | undefined> {
    const next = this.done + 1;
    const start = performance.now();
    let result: StepResult | undefined;
    await this.runner.run({ ...this.limits, first: next, last: next, seconds: this.seconds }, (step) => {
      result = step;
    });
    this.seconds += (performance.now() - start) / 1000;
    if (result === undefined) return undefined;
    if (!Number.isFinite(result.loss) || !Number.isFinite(result.gradientNorm)) {
      throw divergence(result, { last: this.last, tensor: undefined, saved: undefined });
    }
    this.done = next;
    this.last = result;
    return result;
  }

  /** The loss on the text held out, in nats per character; null if there is none. */
  async validate(): Promise<number | null> {
    const loss = await this.runner.validate();
    return Number.isFinite(loss) ? loss : null;
  }

  /** The model as it is now, in memory of its own. No step may be under way. */
  checkpoint(): Checkpoint {
    const { layout, kernels } = this.runner;
    const { evaluated, model } = layout;
    const parameters = evaluated.tensors.map((x, i) => {
      const values = new Float32Array(x.size);
      kernels.read(x, values);
      return { name: evaluated.parameters[i].name, shape: x.shape, values };
    });
    return { model: model.shape, vocabulary: this.vocabulary.record, parameters };
  }

  /** Ends the threads, if there are any. */
  close(): Promise<void> {
    return this.runner.close();
  }
}

/** What runs the steps. */
type Runner = Pick<Engine, 'layout' | 'kernels' | 'run' | 'validate' | 'close'>;

/** Runs the steps in the calling thread. */
class OwnThread implements Runner {
  readonly layout: TrainingLayout;
  readonly kernels: Kernels;
  private readonly program: TrainingProgram;

  constructor({
    shape,
    config,
    material,
    backend,
  }: Pick<TrainingData, 'shape' | 'config' | 'material'> & { readonly backend: SharedBackend }) {
    this.layout = layOutTraining(shape, config, backend, alone);
    const { kernels, worker } = create(this.layout);
    this.kernels = kernels;
    this.program = new TrainingProgram(this.layout, config, material, worker);
  }

  async run({ first, seconds, ...limits }: RunRequest, onStep: (result: StepResult) => void): Promise<Ending> {
    const progress = progressOf(limits, first, seconds);
    if (progress >= 1) return 'over';
    onStep(this.program.step(first, progress));
    return 'done';
  }

  async validate(): Promise<number> {
    return this.program.validate();
  }

  async close(): Promise<void> {}
}

const BYTE_ORDER_MARK = 0xfeff;

/** The code points of a text, as from a file: without a mark at its start, halves of surrogate pairs as U+FFFD. */
function codePointsIn(text: string): Uint32Array {
  const codePoints = Uint32Array.from(text, (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
  });
  return codePoints[0] === BYTE_ORDER_MARK ? codePoints.subarray(1) : codePoints;
}

function counted(codePoints: Uint32Array): CharacterCount[] {
  const counts = new Map<number, number>();
  for (const codePoint of codePoints) counts.set(codePoint, (counts.get(codePoint) ?? 0) + 1);
  return [...counts].map(([codePoint, count]) => ({ codePoint, count })).sort((a, b) => a.codePoint - b.codePoint);
}
