import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, type Message } from '../errors.js';
import type { SharedBackend } from '../kernels/backend.js';
import { create, type Instance } from '../model/instance.js';
import { initialise } from '../model/parameters.js';
import type { GivenConfig, PresetName, TrainingConfig } from '../options/training-options.js';
import { alone } from '../parallel/team.js';
import { type CharacterCount, learnedVocabulary, type Vocabulary } from '../text/vocabulary.js';
import { divergence } from './divergence.js';
import { type Limits, limits, progressOf } from './schedule.js';
import { checkConfig, settledConfig } from './settled-config.js';
import { layOutTraining, type StepResult, type TrainingLayout, TrainingProgram } from './step.js';

export interface TrainerSettings {
  readonly given: GivenConfig;
  readonly preset?: PresetName | undefined;
  readonly recipe?: boolean | undefined;
  readonly backend: SharedBackend;
  readonly onNotice: (message: Message) => void;
}

/** Trains on a text in memory, in the calling thread: the same steps as a run, one at a time. It keeps no state on disk. */
export class Trainer {
  readonly config: TrainingConfig;
  readonly stepsPerEpoch: number;
  private readonly vocabulary: Vocabulary;
  private readonly layout: TrainingLayout;
  private readonly instance: Instance;
  private readonly program: TrainingProgram;
  private readonly limits: Limits;
  private done = 0;
  private seconds = 0;
  private last: StepResult | undefined;

  /** @throws CharrnnError when the text is too short, a value is wrong or the model too large */
  constructor(text: string, { given, preset, recipe, backend, onNotice }: TrainerSettings) {
    checkConfig(given);
    const codePoints = codePointsIn(text);
    if (codePoints.length === 0) throw new CharrnnError('the text is empty; give one with some characters');
    const minCount = given.data.minCount ?? 1;
    this.vocabulary = learnedVocabulary('the text', counted(codePoints), minCount);
    const request = { name: 'the text', characters: codePoints.length, given, preset, recipe };
    const { config, parts } = settledConfig({ ...request, pace: backend.pace(), onNotice });
    const tokens = codePoints.map((codePoint) => Math.max(0, this.vocabulary.indexOf(codePoint)));
    const { cell, layers, hidden } = config.model;
    const shape = { cell, layers, hidden, vocabulary: this.vocabulary.size };
    this.config = config;
    this.layout = layOutTraining(shape, config, backend, alone);
    this.instance = create(this.layout);
    const { kernels, worker } = this.instance;
    const { model, optimizer } = this.layout;
    initialise(model.weights, kernels, config.run.seed);
    if (optimizer.average) kernels.copy(model.weights.block, optimizer.average.block);
    const [training, validation] = [tokens.subarray(0, parts.training), tokens.subarray(parts.training)];
    this.program = new TrainingProgram(this.layout, config, { kind: 'text', training, validation }, worker);
    this.stepsPerEpoch = this.program.stepsPerEpoch;
    this.limits = limits(config.run, this.stepsPerEpoch);
  }

  /** Steps of the whole run; null where only the time limits it. */
  get totalSteps(): number | null {
    return this.limits.totalSteps;
  }

  /**
   * Runs the next step.
   * @returns undefined when the run is over
   * @throws CharrnnError when the loss is not finite; no weight has changed then
   */
  step(): StepResult | undefined {
    const progress = progressOf(this.limits, this.done + 1, this.seconds);
    if (progress >= 1) return undefined;
    const start = performance.now();
    const result = this.program.step(this.done + 1, progress);
    this.seconds += (performance.now() - start) / 1000;
    if (Number.isFinite(result.loss) && Number.isFinite(result.gradientNorm)) {
      this.done = result.step;
      this.last = result;
      return result;
    }
    throw divergence(result, { last: this.last, tensor: undefined, saved: undefined });
  }

  /** The loss on the text held out, in nats per character; null if there is none. */
  validate(): number | null {
    const loss = this.program.validate();
    return Number.isFinite(loss) ? loss : null;
  }

  /** The model as it is now, in memory of its own. */
  checkpoint(): Checkpoint {
    const { evaluated, model } = this.layout;
    const parameters = evaluated.tensors.map((x, i) => {
      const values = new Float32Array(x.size);
      this.instance.kernels.read(x, values);
      return { name: evaluated.parameters[i].name, shape: x.shape, values };
    });
    return { model: model.shape, vocabulary: this.vocabulary.record, parameters };
  }
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
