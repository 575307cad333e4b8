import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { LN2 } from '../mathematics.js';
import { isFirst } from '../parallel/launcher.js';
import type { Ending } from './control.js';
import { divergence, ExplosionWatch, firstNotFinite } from './divergence.js';
import type { Engine } from './engine.js';
import type { FinishedEvent, StartedEvent } from './events.js';
import { Course } from './history.js';
import { charactersIn, charactersPerStep, stepsOf, validationBatches } from './material.js';
import type { FollowedRequest, Interval } from './request.js';
import { Saver } from './save.js';
import { type Limits, limits } from './schedule.js';
import type { Setup } from './setup.js';
import { BestWeights, recordCheckpoint, shortSample } from './snapshot.js';
import { Speed, secondsLeft } from './speed.js';
import type { StepResult } from './step.js';

/** Default interval between saves. */
const SAVE_EVERY: Interval = { seconds: 300 };

/** One training run in an idle engine: schedules validations, samples and saves, and reports events. */
export class Run {
  private readonly course: Course;
  private readonly stepsPerEpoch: number;
  private readonly limits: Limits;
  private readonly speed: Speed;
  /** Undefined when the run writes nothing. */
  private readonly saver: Saver | undefined;
  private readonly saveEvery: Interval;
  private readonly best: BestWeights | undefined;
  private readonly watch = new ExplosionWatch();
  private readonly start: number;

  constructor(
    private readonly request: FollowedRequest,
    private readonly setup: Setup,
    private readonly engine: Engine,
  ) {
    const { config, corpus, parts, resumed } = setup;
    const { material } = setup.settings;
    const best = setup.fill(engine, { seed: config.run.seed, vocabulary: corpus.vocabulary });
    this.course = new Course(resumed);
    this.stepsPerEpoch = stepsOf(material, config.data);
    this.limits = limits(config.run, this.stepsPerEpoch);
    const isValidated = parts.validation > 0;
    const batches = isValidated ? validationBatches(material, config.data) : 0;
    this.speed = new Speed(charactersPerStep(material, config.data), batches);
    const { output, keep = 0, saveEvery = SAVE_EVERY, onEvent } = request;
    this.saver = output === undefined || !isFirst(request.world) ? undefined : new Saver(output, keep, onEvent);
    this.saveEvery = this.saver ? saveEvery : {};
    this.start = performance.now() - 1000 * (resumed?.seconds ?? 0);
    if (parts.validation > 0) this.best = new BestWeights(engine.layout.evaluated, engine.kernels);
    if (best && this.course.bestStep !== undefined) this.best?.restore(best);
  }

  /** Trains to the end or until the signal, and saves. */
  async complete(): Promise<FinishedEvent> {
    const { request, course } = this;
    const interrupt = (): void => this.engine.interrupt();
    if (request.signal?.aborted) interrupt();
    request.signal?.addEventListener('abort', interrupt);
    const timer = this.saveTimer();
    this.announce();
    let reason: FinishedEvent['reason'];
    try {
      reason = await this.advanceToTheEnd();
    } finally {
      clearInterval(timer);
      request.signal?.removeEventListener('abort', interrupt);
    }
    if (reason !== 'interrupted' && course.isOpen) await this.closeHistory();
    if (course.step > 0) {
      const checkpoint = await this.checkpoint();
      await this.saver?.saveLast(course.step, checkpoint);
      this.request.onCheckpoint?.(checkpoint);
    }
    return this.finish(reason);
  }

  /** All ranks do the same here, because each end of `advance` is what they have agreed on. */
  private async advanceToTheEnd(): Promise<FinishedEvent['reason']> {
    for (;;) {
      if (this.isPatienceOver) return 'early';
      const before = this.course.step;
      const ending = await this.advance(this.nextDue());
      if (this.course.step > before) await this.doDue();
      if (ending === 'interrupted') return 'interrupted';
      if (ending === 'over') return 'completed';
      if (ending === 'paused') await this.save();
    }
  }

  private get isPatienceOver(): boolean {
    return this.course.validationsSinceBest >= (this.setup.config.run.patience ?? Number.POSITIVE_INFINITY);
  }

  private get epoch(): number {
    return this.course.step / this.stepsPerEpoch;
  }

  private get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  private get validateEvery(): number {
    return this.setup.config.run.validateEvery ?? this.stepsPerEpoch;
  }

  /** The next step after which something is due. */
  private nextDue(): number {
    const intervals = [this.validateEvery, this.request.sampleEvery ?? 0, this.saveEvery.steps ?? 0];
    const next = intervals
      .filter((interval) => interval > 0)
      .map((interval) => (Math.floor(this.course.step / interval) + 1) * interval);
    return Math.min(this.limits.totalSteps ?? Number.POSITIVE_INFINITY, ...next);
  }

  private advance(to: number): Promise<Ending> {
    this.speed.resume();
    const request = { first: this.course.step + 1, last: to, seconds: this.seconds, ...this.limits };
    return this.engine.run(request, (result) => this.onStep(result));
  }

  private onStep(result: StepResult): void {
    const { loss, learningRate, gradientNorm } = result;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      const { gradients } = this.engine.layout.model;
      const tensor = firstNotFinite(this.engine.kernels, gradients?.tensors ?? []);
      throw divergence(result, { last: this.course.last, tensor, saved: this.saver?.saved });
    }
    this.course.onStep(result);
    this.speed.step();
    const { step } = this.course;
    const { charactersPerSecond } = this.speed;
    const progress = { event: 'step', step, epoch: this.epoch, loss, learningRate, gradientNorm } as const;
    const clipNorm = this.setup.config.optimizer.clipNorm;
    const isClipped = clipNorm > 0 && gradientNorm > clipNorm;
    this.request.onEvent({ ...progress, isClipped, charactersPerSecond, secondsLeft: this.secondsLeft() });
    const message = this.watch.check(result);
    if (message !== undefined) this.request.onEvent({ event: 'notice', kind: 'warning', message });
  }

  private secondsLeft(): number | null {
    const { limits, course, seconds, speed } = this;
    const { secondsPerStep, secondsPerValidation } = speed;
    const validateEvery = this.setup.parts.validation > 0 ? this.validateEvery : null;
    return secondsLeft({ ...limits, step: course.step, seconds, validateEvery, secondsPerStep, secondsPerValidation });
  }

  /** Does what is due after this step. */
  private async doDue(): Promise<void> {
    const isDue = (interval = 0): boolean => interval > 0 && this.course.step % interval === 0;
    if (isDue(this.validateEvery)) {
      if (this.course.enter(this.epoch, await this.validate())) this.best?.keep();
      this.reportValidation();
    }
    if (isDue(this.request.sampleEvery) && isFirst(this.request.world)) this.showSample();
    if (isDue(this.saveEvery.steps)) this.engine.pause();
  }

  /** Adds the last entry of the history when none was due at the end of the run. */
  private async closeHistory(): Promise<void> {
    this.course.close(this.epoch, await this.validate());
    this.reportValidation();
  }

  /** Returns the nats per character of the held-out text; null without one. */
  private async validate(): Promise<number | null> {
    return this.setup.parts.validation > 0 ? this.speed.validation(this.engine.validate()) : null;
  }

  private reportValidation(): void {
    const { step, validationLoss: loss, bestValidationLoss: bestLoss } = this.course;
    if (loss === null || bestLoss === null) return;
    this.request.onEvent({
      event: 'validation',
      step,
      epoch: this.epoch,
      loss,
      bitsPerCharacter: loss / LN2,
      bestLoss,
    });
  }

  private showSample(): void {
    const { step } = this.course;
    const { corpus, config } = this.setup;
    const text = shortSample(this.engine, corpus.vocabulary, config.run.seed + step);
    this.request.onEvent({ event: 'sample', step, text });
  }

  /** Requests a save every so many seconds: the team pauses after its step and continues once the save is written. */
  private saveTimer(): NodeJS.Timeout | undefined {
    const { seconds } = this.saveEvery;
    if (seconds === undefined) return undefined;
    return setInterval(() => this.engine.pause(), Math.min(1000 * seconds, 2 ** 31 - 1));
  }

  private async save(): Promise<void> {
    if (this.course.step === 0) return;
    const checkpoint = await this.checkpoint();
    await this.saver?.save(this.course.step, checkpoint);
  }

  private async checkpoint(): Promise<Checkpoint> {
    const { setup, engine, course, best, limits } = this;
    await engine.collect();
    const seconds = limits.totalSeconds === null ? null : this.seconds;
    return recordCheckpoint({ setup, engine, course, best, totalSteps: limits.totalSteps, seconds });
  }

  private announce(): void {
    const { config, corpus } = this.setup;
    const { cell, layers, hidden } = config.model;
    const { batch, sequence, accumulate } = config.data;
    this.request.onEvent({
      event: 'started',
      ...{ cell, layers, hidden, batch, sequence, accumulate },
      parameters: this.engine.layout.model.weights.tensors.reduce((sum, { size }) => sum + size, 0),
      vocabulary: corpus.vocabulary.size,
      ...this.amounts(),
      stepsPerEpoch: this.stepsPerEpoch,
      step: this.course.step,
      steps: this.limits.totalSteps,
      backend: this.engine.kernels.name,
    });
  }

  /** How much there is to train on, and how much is held out. */
  private amounts(): Pick<
    StartedEvent,
    'trainingCharacters' | 'validationCharacters' | 'task' | 'trainingExamples' | 'validationExamples'
  > {
    const { parts, settings, shape } = this.setup;
    const { material } = settings;
    if (material.kind === 'text') {
      return { trainingCharacters: parts.training, validationCharacters: parts.validation };
    }
    const { examples, training, validation } = material;
    return {
      task: shape.task?.name,
      trainingExamples: parts.training,
      validationExamples: parts.validation,
      trainingCharacters: charactersIn(examples, training),
      validationCharacters: charactersIn(examples, validation),
    };
  }

  private finish(reason: FinishedEvent['reason']): FinishedEvent {
    const { course, speed } = this;
    const event: FinishedEvent = {
      event: 'finished',
      reason,
      step: course.step,
      epoch: this.epoch,
      loss: course.history.at(-1)?.loss ?? course.last?.loss ?? Number.NaN,
      validationLoss: course.validationLoss,
      best: course.best,
      seconds: this.seconds,
      charactersPerSecond: speed.meanCharactersPerSecond,
    };
    this.request.onEvent(event);
    return event;
  }
}
