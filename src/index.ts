// The library: what the commands do, for other programs. Nothing here prints, exits or requires a tuning option.

import { randomInt } from 'node:crypto';
import { type LabelProbability, labelLines } from './answering/labels.js';
import { type ExamplesMeasurement, measureExamples } from './answering/measure-examples.js';
import {
  type TranslatedLine,
  type TranslateRequest as TranslateLinesRequest,
  translate as translateLines,
} from './answering/translate.js';
import { type Checkpoint, ownCopy } from './checkpoint/checkpoint.js';
import { requireTask } from './checkpoint/tasks.js';
import { type Message, textOf } from './errors.js';
import { checkGradients, type GradcheckReport, type GradcheckRequest } from './gradcheck/gradcheck.js';
import { backendsByName } from './kernels/backend.js';
import {
  evaluationOptions,
  gradcheckOptions,
  labelOptions,
  type Split,
  scoringOptions,
} from './options/measuring-options.js';
import { checkMembers, defaultsOf } from './options/option.js';
import { samplingOptions } from './options/sampling-options.js';
import { type BackendName, cells, defaultBackend, type Encoding } from './options/training-options.js';
import { translationOptions } from './options/translation-options.js';
import type { Given } from './sampling/given.js';
import { type SampleOptions, sample as sampleTexts } from './sampling/sample.js';
import { type DynamicOptions, dynamicOf } from './scoring/dynamic.js';
import { type Measurement, measure } from './scoring/measure.js';
import { rateOf, score as scoreTexts } from './scoring/score.js';
import { bytesOfLines } from './text/lines.js';
import { EventQueue } from './training/event-queue.js';
import type { FinishedEvent, NoticeEvent, TrainingEvent } from './training/events.js';
import type { TrainRequest } from './training/request.js';
import { train as runTraining } from './training/train.js';

export type { ExamplesMeasurement } from './answering/measure-examples.js';
export type { Checkpoint, HistoryEntry, NamedArray, TrainingRecord } from './checkpoint/checkpoint.js';
export { loadCheckpoint } from './checkpoint/read.js';
export { saveCheckpoint } from './checkpoint/write.js';
export { type CompressRequest, compress, type DecompressRequest, decompress } from './compression/any-bytes.js';
export { CharrnnError } from './errors.js';
export type { GradcheckReport, GradcheckRequest } from './gradcheck/gradcheck.js';
export { type GradientFlow, type GradientFlowRequest, gradientFlow } from './inspection/flow-models.js';
export type { UnitFindings } from './inspection/neurons.js';
export { type FindUnitsRequest, findUnits, traceUnits } from './inspection/units-in-text.js';
export {
  type DataConfig,
  defaults,
  type ModelConfig,
  type OptimizerConfig,
  type RunConfig,
  type ScheduleConfig,
  type TrainingConfig,
} from './options/training-options.js';
export type { Measurement } from './scoring/measure.js';
export type { Interval, TrainRequest } from './training/request.js';

/** What a training run reports; see docs/commands.md for each event. */
export type TrainEvent =
  | Exclude<TrainingEvent, NoticeEvent>
  | (Omit<NoticeEvent, 'message'> & { readonly message: string });

/** The result of a training run. */
export interface TrainResult extends Omit<FinishedEvent, 'event'> {
  /** The model and everything needed to resume; undefined when the run ended before its first step. */
  readonly checkpoint: Checkpoint | undefined;
}

/** A training run: await its result, or iterate over its events. */
export interface Training extends Promise<TrainResult>, AsyncIterable<TrainEvent> {}

/**
 * Trains a model: `await train({ corpus: 'novel.txt', model: { hidden: 256 }, minutes: 5 })`. Like the command, chooses
 * values that are not given for the corpus and the time.
 * @throws CharrnnError (as a rejection) with a message of one line
 */
export function train(request: TrainRequest & { readonly onEvent?: (event: TrainEvent) => void }): Training {
  const queue = new EventQueue<TrainEvent>();
  let checkpoint: Checkpoint | undefined;
  const run = async (): Promise<TrainResult> => {
    const { event: _, ...finished } = await runTraining({
      ...request,
      onCheckpoint: (state) => {
        checkpoint = ownCopy(state);
      },
      onEvent: (event) => {
        const told = event.event === 'notice' ? { ...event, message: textOf(event.message) } : event;
        request.onEvent?.(told);
        queue.push(told);
      },
    });
    return { ...finished, checkpoint };
  };
  const result = run().finally(() => queue.end());
  result.catch(() => {}); // reported to callers that await the result or iterate
  return Object.assign(result, {
    async *[Symbol.asyncIterator]() {
      yield* queue.events();
      await result;
    },
  });
}

export interface SampleRequest extends Partial<Omit<SampleOptions, 'backend' | 'given'>> {
  readonly backend?: BackendName | undefined;
  /** What to describe, for a model of the task `describe`: a label, or a vector. */
  readonly given?: string | ArrayLike<number> | undefined;
}

/**
 * Yields the text that a model writes, character by character. Without a seed, each call yields a different text.
 * @throws CharrnnError (as a rejection) when the prime has a character that the vocabulary lacks, or what is given does
 * not suit the model
 */
export async function* sample(checkpoint: Checkpoint, request: SampleRequest = {}): AsyncGenerator<string> {
  // These are a function, a choice and perhaps a vector here, and text on the command line.
  checkMembers(samplingOptions, { ...request, novel: undefined, unknown: undefined, given: undefined });
  const { prime = '', temperature = 1, seed = randomInt(2 ** 32), backend = defaultBackend, ...others } = request;
  const given = request.given === undefined ? undefined : givenOf(request.given);
  yield* sampleTexts(checkpoint, { ...others, given, prime, temperature, seed, backend: backendsByName[backend] });
}

function givenOf(given: string | ArrayLike<number>): Given {
  return typeof given === 'string' ? given : { width: given.length, values: Float32Array.from(given) };
}

export interface TranslatedText extends Omit<TranslatedLine, 'file' | 'line' | 'isCut'> {}
export interface TranslateRequest
  extends Partial<Pick<TranslateLinesRequest, 'beam' | 'length' | 'threads' | 'backend'>> {}

/**
 * Translates lines with a model of the task `translate`, in their order.
 * @param lines without their line feeds
 * @throws CharrnnError (as a rejection) when the model does not translate, or a line is too long
 */
export async function* translate(
  checkpoint: Checkpoint,
  lines: Iterable<string> | AsyncIterable<string>,
  request: TranslateRequest = {},
): AsyncGenerator<TranslatedText> {
  checkMembers(translationOptions, request);
  const { beam = 1, length = 1000, threads, backend = defaultBackend } = request;
  const blocks = translateLines({
    ...{ checkpoint, files: ['-'], stdin: bytesOfLines(lines), encoding: 'utf8' },
    ...{ beam, length, threads, backend, onNotice: () => {} },
  });
  for await (const block of blocks) {
    for (const { source, text, logProbability, unknown } of block) yield { source, text, logProbability, unknown };
  }
}

export interface EvaluateRequest {
  readonly split?: Split;
  readonly encoding?: Encoding;
  /** Number of characters at the start of each text that are read but not counted. */
  readonly warmUp?: number;
  /** Predictions after which the state is reset to zero. */
  readonly window?: number;
  /** Also measures a model that learns from the text as it reads. */
  readonly dynamic?: boolean | Partial<DynamicOptions>;
  readonly threads?: number;
  readonly backend?: BackendName;
  readonly onNotice?: (message: string) => void;
}

/**
 * Measures a model on texts: nats, bits and perplexity per character, for each text and for all together.
 * @param corpus files, folders, globs or `-`
 * @throws CharrnnError (as a rejection)
 */
export async function evaluate(
  checkpoint: Checkpoint,
  corpus: string | readonly string[],
  request: EvaluateRequest = {},
): Promise<{ files: Measurement[]; total: Measurement }> {
  checkMembers(evaluationOptions, { ...request, dynamic: undefined });
  requireTask(checkpoint, ['text']);
  const { split = 'all', warmUp = 0, backend = defaultBackend, dynamic, onNotice, ...others } = request;
  return measure({
    ...{ ...others, checkpoint, corpus: [corpus].flat(), split, warmUp, backend },
    encoding: request.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8',
    dynamic: dynamicOf(dynamic),
    onNotice: (message) => onNotice?.(textOf(message)),
  });
}

/**
 * Measures a model of a task on examples: how well its labels agree with the true ones, or nats per character written.
 * @param corpus files, folders, globs or `-`
 * @throws CharrnnError (as a rejection)
 */
export async function evaluateExamples(
  checkpoint: Checkpoint,
  corpus: string | readonly string[],
  request: Omit<EvaluateRequest, 'warmUp' | 'window' | 'dynamic'> = {},
): Promise<ExamplesMeasurement> {
  checkMembers(evaluationOptions, request);
  const { split = 'all', backend = defaultBackend, threads, onNotice } = request;
  const encoding = request.encoding ?? checkpoint.training?.config.data.encoding ?? 'utf8';
  const onMessage = (message: Message): void => onNotice?.(textOf(message));
  return measureExamples({
    ...{ checkpoint, corpus: [corpus].flat(), split, backend, threads, encoding, onNotice: onMessage },
  });
}

export interface ScoredText {
  readonly text: string;
  /** Bits of the whole line, including its end. */
  readonly bits: number;
  readonly bitsPerCharacter: number;
  /** Number of characters counted, and of those that the model does not know. */
  readonly characters: number;
  readonly unknown: number;
}

export interface ScoreRequest {
  readonly context?: 'line' | 'stream';
  readonly dynamic?: boolean | Partial<DynamicOptions>;
  readonly threads?: number;
  readonly backend?: BackendName;
}

/**
 * Scores how surprising each line of a text is, in the order of the lines.
 * @param lines without their line feeds
 * @throws CharrnnError (as a rejection)
 */
export async function* score(
  checkpoint: Checkpoint,
  lines: Iterable<string> | AsyncIterable<string>,
  request: ScoreRequest = {},
): AsyncGenerator<ScoredText> {
  checkMembers(scoringOptions, { ...request, dynamic: undefined });
  requireTask(checkpoint, ['text']);
  const { dynamic, context = dynamic ? 'stream' : 'line', threads, backend = defaultBackend } = request;
  const blocks = scoreTexts({
    ...{ checkpoints: [checkpoint], files: ['-'], stdin: bytesOfLines(lines), encoding: 'utf8' },
    ...{ context, threads, backend, dynamic: dynamicOf(dynamic), isDetailed: false, onNotice: () => {} },
  });
  for await (const block of blocks) {
    for (const { bytes, scores } of block) {
      const [own] = scores;
      const text = Buffer.from(bytes).toString('utf8');
      yield { text, bits: own.bits, bitsPerCharacter: rateOf(own), characters: own.counted, unknown: own.unknown };
    }
  }
}

export interface LabelledText extends LabelProbability {
  readonly text: string;
  /** The most probable labels, best first: all, or as many as `top`. */
  readonly labels: readonly LabelProbability[];
  /** Number of characters that the model does not know. */
  readonly unknown: number;
}

export interface LabelRequest {
  readonly top?: number;
  /** Probability below which the label is `unsure`. */
  readonly threshold?: number;
  readonly threads?: number;
  readonly backend?: BackendName;
}

/**
 * Labels each line of a text, in the order of the lines.
 * @param lines without their line feeds
 * @throws CharrnnError (as a rejection)
 */
export async function* label(
  checkpoint: Checkpoint,
  lines: Iterable<string> | AsyncIterable<string>,
  request: LabelRequest = {},
): AsyncGenerator<LabelledText> {
  checkMembers(labelOptions, request);
  requireTask(checkpoint, ['label']);
  const { top, threshold = 0, threads, backend = defaultBackend } = request;
  const blocks = labelLines({
    ...{ checkpoint, files: ['-'], stdin: bytesOfLines(lines), encoding: 'utf8', top, threshold, threads, backend },
    onNotice: () => {},
  });
  for await (const block of blocks) {
    for (const { bytes, label, best: labels, unknown } of block) {
      yield { text: Buffer.from(bytes).toString('utf8'), label, probability: labels[0].probability, labels, unknown };
    }
  }
}

/** Checks analytic against numeric gradients, for all three cells unless one is given. */
export function gradcheck(request: Partial<GradcheckRequest> = {}): GradcheckReport[] {
  checkMembers(gradcheckOptions, request);
  const { dropoutMask, cell: _, json: __, ...defaults } = defaultsOf(gradcheckOptions);
  const cell = request.checkpoint?.model.cell ?? request.cell;
  return (cell ? [cell] : cells).map((cell) =>
    checkGradients({ ...defaults, locked: dropoutMask === 'locked', ...request, cell }),
  );
}
