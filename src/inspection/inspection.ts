import type { Checkpoint, HistoryEntry, TrainingRecord } from '../checkpoint/checkpoint.js';
import { LN2 } from '../mathematics.js';
import type { Task } from '../model/shape.js';
import type { TrainingConfig } from '../options/training-options.js';
import { split, windowsPerEpoch } from '../text/streams.js';
import { UNKNOWN_CHARACTER, Vocabulary } from '../text/vocabulary.js';

/** The contents of a checkpoint. `charrnn inspect --json` prints this object as it is. Losses: nats per character. */
export interface Inspection {
  readonly model: {
    readonly cell: string;
    readonly layers: number;
    readonly hidden: number;
    readonly vocabulary: number;
    readonly parameters: number;
    /** What the network is asked, if not to continue a text; with its labels. */
    readonly task?: Task;
  };
  readonly vocabulary: {
    /** Whether the first symbol stands for all characters outside the vocabulary. */
    readonly unknown: boolean;
    /** Without the unknown symbol, by code point. */
    readonly characters: readonly string[];
  };
  readonly parameters: readonly ParameterInspection[];
  /** Null in a checkpoint that was made only for sampling. */
  readonly training: TrainingInspection | null;
  /** Size of the file in bytes, or null for a pipe. */
  readonly bytes: number | null;
}

export interface ParameterInspection extends Statistics {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
}

export interface Losses {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly bitsPerCharacter: number;
}

export interface TrainingInspection {
  readonly step: number;
  readonly totalSteps: number | null;
  /** Null where it is not known: before the first loss of a task. */
  readonly epoch: number | null;
  readonly loss: Losses | null;
  readonly validationLoss: Losses | null;
  /** The lowest validation loss. The weights are those of its step. */
  readonly best: Losses | null;
  readonly seed: number;
  readonly corpus: TrainingRecord['corpus'];
  readonly config: TrainingConfig;
  readonly history: readonly HistoryEntry[];
}

/** Describes a checkpoint. @param bytes size of the file, or null if it is not a file */
export function inspect({ model, vocabulary, parameters, training }: Checkpoint, bytes: number | null): Inspection {
  const { cell, layers, hidden, vocabulary: symbols, task } = model;
  const rows = parameters.map(({ name, shape, values }) => {
    return { name, shape, count: values.length, ...statisticsOf(values) };
  });
  const count = rows.reduce((sum, { count }) => sum + count, 0);
  return {
    model: { cell, layers, hidden, vocabulary: symbols, parameters: count, ...(task && { task }) },
    vocabulary: { unknown: vocabulary.unknown, characters: charactersOf(new Vocabulary(vocabulary)) },
    parameters: rows,
    training: training ? trainingOf(training) : null,
    bytes,
  };
}

function charactersOf(vocabulary: Vocabulary): string[] {
  const characters = Array.from({ length: vocabulary.size }, (_, i) => vocabulary.characterOf(i));
  return vocabulary.unknown && characters[0] === UNKNOWN_CHARACTER ? characters.slice(1) : characters;
}

function trainingOf({ config, corpus, totalSteps, step, history, bestValidationLoss }: TrainingRecord) {
  const measured = history.findLast(({ validationLoss }) => validationLoss !== null);
  const best = history.find(({ validationLoss }) => validationLoss !== null && validationLoss === bestValidationLoss);
  return {
    step,
    totalSteps,
    epoch: epochOf({ config, corpus, step, history }),
    loss: lossesOf(history.at(-1), 'loss'),
    validationLoss: lossesOf(measured, 'validationLoss'),
    best: lossesOf(best, 'validationLoss'),
    seed: config.run.seed,
    corpus,
    config,
    history,
  };
}

function epochOf({ config, corpus, step, history }: Pick<TrainingRecord, 'config' | 'corpus' | 'step' | 'history'>) {
  if (config.task) {
    // The record has the number of characters of examples, but not their number.
    const last = history.findLast((entry) => entry.step > 0);
    return last ? (last.epoch * step) / last.step : null;
  }
  const { training } = split(corpus.characters, config.data.validation, () => {});
  return step / Math.max(1, Math.ceil(windowsPerEpoch(training, config.data) / config.data.accumulate));
}

export function lossesOf(entry: HistoryEntry | undefined, member: 'loss' | 'validationLoss'): Losses | null {
  const loss = entry?.[member] ?? null;
  if (!entry || loss === null) return null;
  return { step: entry.step, epoch: entry.epoch, loss, bitsPerCharacter: loss / LN2 };
}

export interface Statistics {
  /** Euclidean norm. */
  readonly norm: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** Computes statistics of a tensor's values, at least one. Sums are in double precision. */
export function statisticsOf(values: Float32Array): Statistics {
  let sum = 0;
  let squares = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { norm: Math.sqrt(squares), mean: sum / values.length, min, max };
}
