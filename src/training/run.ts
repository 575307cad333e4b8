import type { HistoryEntry } from '../checkpoint/checkpoint.js';
import { saveCheckpoint } from '../checkpoint/write.js';
import { CharrnnError } from '../errors.js';
import { findBlas, hasBlas } from '../kernels/blas-library.js';
import { LN2 } from '../mathematics.js';
import { initialise } from '../model/initialise.js';
import type { CorpusOptions, EngineOptions, TrainingOptions } from '../options.js';
import { generate } from '../sampling/sample.js';
import { Sampler } from '../sampling/sampler.js';
import type { Corpus } from '../text/corpus.js';
import { Engine } from '../threads/engine.js';
import type { FinishedEvent, TrainingEvent } from './events.js';
import { type Limits, limits } from './limits.js';
import { type Parts, prepare } from './prepare.js';
import type { StepResult } from './program.js';
import { recordCheckpoint } from './record.js';
import { Speed } from './speed.js';

/** Characters and temperature of the samples that `--sample-every` shows. */
const GLIMPSE = { length: 200, temperature: 0.8 };

export interface TrainRequest {
  /** Files, folders, globs or `-`. */
  readonly corpus: readonly string[];
  /** The checkpoint to write. */
  readonly output: string;
  readonly options: TrainingOptions & CorpusOptions;
  readonly engine: EngineOptions;
  /** Names of the options that the user gave; only others are adapted to a small corpus. */
  readonly given: ReadonlySet<string>;
  /** Steps between two samples, 0 for none. */
  readonly sampleEvery: number;
  /** Ends the run behind the current step, as if it were complete. */
  readonly signal?: AbortSignal;
  readonly onEvent: (event: TrainingEvent) => void;
}

/** Trains a model on a corpus and saves it. */
export async function train(request: TrainRequest): Promise<FinishedEvent> {
  const { onEvent } = request;
  const { corpus, parts, options, settings } = await prepare(request);
  if (request.engine.backend === 'wasm' && hasBlas()) {
    const message = `${findBlas().name} is here: --backend blas would be faster, with other last digits`;
    onEvent({ event: 'notice', kind: 'hint', message });
  }
  const engine = await Engine.start(settings);
  try {
    initialise(engine.layout.model, engine.kernels, options.seed);
    return await new Run({ ...request, options }, corpus, parts, engine).complete();
  } finally {
    await engine.close();
  }
}

/** One training run: what is due at which step, and what it tells. */
class Run {
  private step = 0;
  private last: StepResult | undefined;
  /** Sum and number of the losses since the last entry of the history. */
  private readonly recent = { sum: 0, count: 0 };
  private validationLoss: number | null = null;
  private bestValidationLoss: number | null = null;
  private readonly history: HistoryEntry[] = [];
  private readonly stepsPerEpoch: number;
  private readonly limits: Limits;
  private readonly speed: Speed;
  private readonly start = performance.now();

  constructor(
    private readonly request: TrainRequest,
    private readonly corpus: Corpus,
    private readonly parts: Parts,
    private readonly engine: Engine,
  ) {
    const { batch, sequence } = request.options;
    this.stepsPerEpoch = Math.floor(Math.floor((parts.training - 1) / batch) / sequence);
    this.limits = limits(request.options, this.stepsPerEpoch);
    this.speed = new Speed(batch * sequence);
  }

  /** Trains to the end, or until the signal, and saves. */
  async complete(): Promise<FinishedEvent> {
    const { signal } = this.request;
    const stop = (): void => this.engine.stop();
    signal?.addEventListener('abort', stop);
    this.announce();
    while (!this.over) {
      const due = this.nextDue();
      await this.advance(due);
      if (this.step < due) break; // time is up, or the signal came
      if (this.isDue(this.validateEvery)) await this.validate();
      if (this.isDue(this.request.sampleEvery)) this.showSample();
    }
    signal?.removeEventListener('abort', stop);
    const interrupted = signal?.aborted ?? false;
    if (!interrupted && this.history.at(-1)?.step !== this.step) await this.validate();
    if (this.step > 0) await this.save();
    return this.finish(interrupted ? 'interrupted' : 'completed');
  }

  private get over(): boolean {
    const { totalSteps } = this.limits;
    return (totalSteps !== null && this.step >= totalSteps) || (this.request.signal?.aborted ?? false);
  }

  private get epoch(): number {
    return this.step / this.stepsPerEpoch;
  }

  private get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  private get validateEvery(): number {
    return this.request.options['validate-every'] ?? this.stepsPerEpoch;
  }

  private isDue(interval: number): boolean {
    return interval > 0 && this.step > 0 && this.step % interval === 0;
  }

  /** The next step behind which something is to be done. */
  private nextDue(): number {
    const next = (interval: number): number =>
      interval > 0 ? (Math.floor(this.step / interval) + 1) * interval : Number.POSITIVE_INFINITY;
    return Math.min(
      this.limits.totalSteps ?? Number.POSITIVE_INFINITY,
      next(this.validateEvery),
      next(this.request.sampleEvery),
    );
  }

  private async advance(to: number): Promise<void> {
    this.speed.resume();
    const request = { first: this.step + 1, last: to, seconds: this.seconds, ...this.limits };
    await this.engine.run(request, (result) => this.onStep(result));
  }

  private onStep(result: StepResult): void {
    const { step, loss, learningRate, gradientNorm } = result;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw divergence(result, this.last);
    this.step = step;
    this.last = result;
    this.recent.sum += loss;
    this.recent.count++;
    this.speed.step();
    const { charactersPerSecond } = this.speed;
    const progress = { event: 'step', step, epoch: this.epoch, loss, learningRate, gradientNorm } as const;
    this.request.onEvent({ ...progress, charactersPerSecond, secondsLeft: this.secondsLeft() });
  }

  private secondsLeft(): number | null {
    const { totalSteps, totalSeconds } = this.limits;
    const bySteps = totalSteps === null ? null : this.speed.secondsFor(totalSteps - this.step);
    const byTime = totalSeconds === null ? null : Math.max(0, totalSeconds - this.seconds);
    return bySteps === null || byTime === null ? (bySteps ?? byTime) : Math.min(bySteps, byTime);
  }

  /** Measures the validation loss, if text is held out, and writes a line of the history. */
  private async validate(): Promise<void> {
    if (this.parts.validation > 0) {
      const loss = await this.engine.validate();
      this.validationLoss = loss;
      this.bestValidationLoss = Math.min(loss, this.bestValidationLoss ?? loss);
      const { step, epoch, bestValidationLoss: bestLoss } = this;
      this.request.onEvent({ event: 'validation', step, epoch, loss, bitsPerCharacter: loss / LN2, bestLoss });
    }
    if (this.recent.count === 0) return;
    const loss = this.recent.sum / this.recent.count;
    this.history.push({ step: this.step, epoch: this.epoch, loss, validationLoss: this.validationLoss });
    this.recent.sum = 0;
    this.recent.count = 0;
  }

  private showSample(): void {
    const { layout, kernels } = this.engine;
    const sampler = new Sampler(layout.model.shape, (name) => kernels.read(layout.model.weights.get(name)));
    const options = { ...GLIMPSE, prime: '', seed: this.request.options.seed + this.step };
    const text = [...generate(sampler, this.corpus.vocabulary, options)].join('');
    this.request.onEvent({ event: 'sample', step: this.step, text });
  }

  private async save(): Promise<void> {
    const { corpus, step, bestValidationLoss, history } = this;
    const checkpoint = recordCheckpoint(this.engine.layout, this.engine.kernels, {
      options: this.request.options,
      corpus: { sha256: corpus.sha256, characters: corpus.length },
      vocabulary: corpus.vocabulary.record,
      totalSteps: this.limits.totalSteps,
      step,
      bestValidationLoss,
      history,
    });
    const { bytes } = await saveCheckpoint(this.request.output, checkpoint);
    this.request.onEvent({ event: 'saved', step, path: this.request.output, bytes });
  }

  private announce(): void {
    const { cell, layers, hidden, batch, sequence } = this.request.options;
    this.request.onEvent({
      event: 'started',
      ...{ cell, layers, hidden, batch, sequence },
      parameters: this.engine.layout.model.weights.tensors.reduce((sum, { size }) => sum + size, 0),
      vocabulary: this.corpus.vocabulary.size,
      trainingCharacters: this.parts.training,
      validationCharacters: this.parts.validation,
      stepsPerEpoch: this.stepsPerEpoch,
      steps: this.limits.totalSteps,
    });
  }

  private finish(reason: FinishedEvent['reason']): FinishedEvent {
    const event: FinishedEvent = {
      event: 'finished',
      reason,
      step: this.step,
      epoch: this.epoch,
      loss: this.history.at(-1)?.loss ?? this.last?.loss ?? Number.NaN,
      validationLoss: this.validationLoss,
      seconds: this.seconds,
      charactersPerSecond: this.speed.meanCharactersPerSecond,
    };
    this.request.onEvent(event);
    return event;
  }
}

/** Training cannot go on: no weight has been changed by the step that failed, and no file. */
export function divergence({ step, loss, gradientNorm }: StepResult, last: StepResult | undefined): CharrnnError {
  const what = Number.isFinite(loss) ? `the gradient's norm is ${gradientNorm}` : `the loss is ${loss}`;
  const before = last ? ` (the last finite loss was ${last.loss.toFixed(3)})` : '';
  return new CharrnnError(`step ${step}: ${what}${before}; lower --learning-rate, or --clip-norm if it is off`);
}
