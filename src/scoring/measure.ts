import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { CharrnnError, line, option } from '../errors.js';
import { someOf } from '../format.js';
import { backendsByName } from '../kernels/backend.js';
import type { Evaluation } from '../model/evaluate.js';
import { forReading, layOut, sharedMemory } from '../model/instance.js';
import type { BackendName } from '../options/training-options.js';
import type { RanksStart } from '../parallel/ranks.js';
import { alone, placed } from '../parallel/team.js';
import { Workers } from '../parallel/workers.js';
import type { World } from '../parallel/world.js';
import type { BatchShape } from '../text/streams.js';
import { digest } from '../text/tokens.js';
import { type DynamicOptions, DynamicReader } from './dynamic.js';
import type { EvaluationData, EvaluationProcedures, EvaluationRequest } from './evaluation-worker.js';
import { type Figures, figuresOf, UNKNOWN_NATS } from './figures.js';
import { type MeasuredText, type TextsRequest, textsOf } from './measured-texts.js';

export interface MeasureRequest extends Omit<TextsRequest, 'onReading'> {
  /** Predictions after which the state is reset to zero. Default: never. */
  readonly window?: number | undefined;
  /** Also measures a model that learns from the text as it reads. */
  readonly dynamic?: DynamicOptions | undefined;
  /** Default: the available cores. Does not affect the result. */
  readonly threads?: number | undefined;
  readonly backend: BackendName;
  /** The processes that measure together. */
  readonly world?: World | undefined;
  /** Called from time to time with the current task and the fraction of it that is done. */
  readonly onProgress?: ((task: string, share: number) => void) | undefined;
}

export interface Measurement extends Figures {
  readonly name: string;
  readonly characters: number;
  /** Characters that were predicted and counted, including unknown ones. */
  readonly predictions: number;
  /** Characters that the model does not know. */
  readonly unknown: number;
  /** Results of a model that learns as it reads, if requested. */
  readonly dynamic?: Figures;
}

/** Sums over a text. */
interface Counted {
  readonly name: string;
  readonly characters: number;
  readonly predictions: number;
  readonly unknown: number;
  readonly nats: number;
  readonly dynamicNats: number | undefined;
}

/**
 * Measures a model on texts: each separately, from a zero state and with the trained weights, and all of them together.
 * @throws CharrnnError
 */
export async function measure(request: MeasureRequest): Promise<{ files: Measurement[]; total: Measurement }> {
  const { checkpoint, backend, world, onProgress = () => {} } = request;
  const { threads = world?.cores ?? availableParallelism() } = request;
  const { batch, sequence } = checkpoint.training?.config.data ?? EVALUATION_BATCH;
  const dynamic = request.dynamic && new DynamicReader(checkpoint, request.dynamic);
  const evaluator = new Evaluator(checkpoint, {
    backend,
    threads,
    batch: { batch, sequence },
    ranks: world?.start,
  });
  try {
    const all: Counted[] = [];
    for await (const text of textsOf({ ...request, onReading: (name) => onProgress(`reading ${name}`, 0) })) {
      const { name, characters, unknown, leftOut } = text;
      await world?.compare({ [`text ${name}`]: digest(text.tokens) });
      const { predictions, nats } = await readStatically(text, evaluator, request);
      const cost = leftOut * UNKNOWN_NATS;
      all.push({
        ...{ name, characters, unknown },
        predictions: predictions + leftOut,
        nats: nats + cost,
        dynamicNats: dynamic && (await readDynamically(text, dynamic, request)) + cost,
      });
    }
    const total = sumOf(all, dynamic !== undefined);
    if (total.characters > 0) return { files: all.map(measurement), total: measurement(total) };
    const names = all.map(({ name }) => name);
    throw new CharrnnError(`${someOf(names, 3)}: empty; give a text with some characters`);
  } finally {
    await evaluator.close();
  }
}

async function readStatically(text: MeasuredText, evaluator: Evaluator, request: MeasureRequest) {
  const { name, tokens, warmUp } = text;
  const { window, onProgress = () => {} } = request;
  const evaluation = await evaluator.evaluate({ text: tokens, warmUp, window }, (share) => onProgress(name, share));
  if (Number.isFinite(evaluation.nats)) return evaluation;
  const { nats } = evaluation;
  throw new CharrnnError(`the model's output is ${nats}; its weights are too large, use another checkpoint`);
}

/** Characters read between two turns of the event loop, which signals and the progress display need. */
const PIECE = 1000;

/** Returns the nats of a text under a model that starts from the trained weights and learns as it reads. */
async function readDynamically(
  { name, tokens, warmUp }: MeasuredText,
  reader: DynamicReader,
  { onProgress = () => {} }: MeasureRequest,
): Promise<number> {
  const first = Math.max(1, warmUp);
  let sum = 0;
  reader.reset();
  for (let at = 0; at < tokens.length; at += PIECE) {
    const nats = reader.read(tokens.subarray(at, at + PIECE));
    for (let i = Math.max(0, first - at); i < nats.length; i++) sum += nats[i];
    onProgress(`${name}, learning`, Math.min(1, (at + PIECE) / tokens.length));
    await turn();
  }
  if (Number.isFinite(sum)) return sum;
  throw new CharrnnError(line`${option('dynamic')}: the loss of ${name} is ${sum}; lower ${option('dynamicRate')}`);
}

function sumOf(all: readonly Counted[], isDynamic: boolean): Counted {
  const sum = (of: (counted: Counted) => number): number => all.reduce((total, counted) => total + of(counted), 0);
  return {
    name: 'total',
    characters: sum(({ characters }) => characters),
    predictions: sum(({ predictions }) => predictions),
    unknown: sum(({ unknown }) => unknown),
    nats: sum(({ nats }) => nats),
    dynamicNats: isDynamic ? sum(({ dynamicNats = 0 }) => dynamicNats) : undefined,
  };
}

const measurement = ({ name, characters, predictions, unknown, nats, dynamicNats }: Counted): Measurement => ({
  ...{ name, characters, predictions, unknown },
  ...figuresOf(nats, predictions),
  ...(dynamicNats !== undefined && { dynamic: figuresOf(dynamicNats, predictions) }),
});

/** Streams, and steps at a time, for a checkpoint without a record of its training. */
export const EVALUATION_BATCH: BatchShape = { batch: 50, sequence: 50 };

export interface EvaluatorSettings {
  readonly backend: BackendName;
  readonly threads: number;
  readonly batch: BatchShape;
  /** The processes that measure together. */
  readonly ranks?: RanksStart | undefined;
}

/** Workers that measure a model together, with only the memory that reading needs. */
export class Evaluator {
  private readonly workers: Workers<EvaluationProcedures>;

  /**
   * @param batch its shape affects the last digits of a loss; the shape used in training reproduces that run's losses
   */
  constructor({ model, parameters }: Checkpoint, { backend, threads, batch, ranks: start }: EvaluatorSettings) {
    const ranks = placed(start);
    const settings = forReading(batch, ranks);
    const size = Math.min(threads, settings.batch);
    const use = { backend: backendsByName[backend], shape: model, settings };
    const memory = sharedMemory(layOut({ ...use, team: { ...alone, ranks, size } }), parameters);
    const data: EvaluationData = { shape: model, batch, backend, memory };
    this.workers = new Workers(new URL('./evaluation-worker.js', import.meta.url), size, data, start);
  }

  /** Measures a text in shared memory. @param onProgress called from time to time with the fraction read so far */
  evaluate(request: EvaluationRequest, onProgress?: (share: number) => void): Promise<Evaluation> {
    return this.workers.all('evaluate', request, onProgress);
  }

  /** Stops the workers. */
  close(): Promise<void> {
    return this.workers.close();
  }
}
