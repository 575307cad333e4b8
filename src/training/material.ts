// What a run trains on: a text, read in streams, or examples, read in buckets.

import type { Range } from '../kernels/kernels.js';
import { evaluate, evaluationWindows } from '../model/evaluate.js';
import { evaluateExamples, loadBatch, predictionsOf } from '../model/example-batch.js';
import type { LanguageModel } from '../model/network.js';
import type { DataConfig, TrainingConfig } from '../options/training-options.js';
import { streamsOf, type Worker } from '../parallel/team.js';
import { Buckets } from '../text/buckets.js';
import { type Examples, lengthsOf } from '../text/examples.js';
import { type BatchShape, Streams, windowsPerEpoch } from '../text/streams.js';
import type { Tokens } from '../text/tokens.js';

/** All arrays are in shared memory. */
export type Material =
  | { readonly kind: 'text'; readonly training: Tokens; readonly validation: Tokens }
  | {
      readonly kind: 'examples';
      readonly examples: Examples;
      /** The numbers of the examples to train on, and of those held out. */
      readonly training: Int32Array;
      readonly validation: Int32Array;
      /** A factor for the loss of each label, if classes are balanced. */
      readonly factors: Float32Array | undefined;
    };

/** The batches of a run, in order, counted from 0 over all epochs. */
export interface Batches {
  readonly perEpoch: number;
  /** The number of predictions of a batch. */
  predictions(batch: number): number;
  /** Writes a batch into a model, and what precedes it into its states. Every worker calls it; a barrier must follow. */
  load(model: LanguageModel, w: Worker, batch: number): void;
}

/** The batches of a step, counted from 1: `accumulate` of them, but fewer at the end of an epoch. */
export function batchesOfStep(step: number, perEpoch: number, { accumulate }: Pick<DataConfig, 'accumulate'>): Range {
  const steps = Math.ceil(perEpoch / accumulate);
  const begin = Math.floor((step - 1) / steps) * perEpoch;
  const from = begin + ((step - 1) % steps) * accumulate;
  return { from, to: Math.min(from + accumulate, begin + perEpoch) };
}

/** @param w the worker that will load them */
export function batchesOf(material: Material, { data, run }: TrainingConfig, w: Worker): Batches {
  const { batch, sequence } = data;
  if (material.kind === 'text') return new TextBatches(new Streams(material.training, batch, sequence), w, data);
  const { examples, training, factors } = material;
  const buckets = new Buckets(examples, training, batch, run.seed);
  return {
    perEpoch: buckets.perEpoch,
    predictions: (batch) => predictionsOf(examples, buckets.at(batch)),
    load: (model, w, batch) => loadBatch(model, w, examples, buckets.at(batch), factors),
  };
}

class TextBatches implements Batches {
  /** The numbers of this rank's streams. */
  private readonly own: readonly number[];
  private readonly inputs: Int32Array;
  private readonly targets: Int32Array;

  constructor(
    private readonly streams: Streams,
    { rank, ranks }: Worker,
    private readonly shape: BatchShape,
  ) {
    this.own = streamsOf(shape.batch, ranks);
    // Only the first worker writes batches.
    const size = rank === 0 ? this.own.length * shape.sequence : 0;
    this.inputs = new Int32Array(size);
    this.targets = new Int32Array(size);
  }

  get perEpoch(): number {
    return this.streams.windows;
  }

  predictions(): number {
    return this.shape.batch * this.shape.sequence;
  }

  load(model: LanguageModel, w: Worker, batch: number): void {
    const window = batch % this.streams.windows;
    if (w.rank === 0) {
      this.streams.fill(window, this.own, this.inputs, this.targets);
      w.kernels.writeIndices(model.inputs, this.inputs);
      w.kernels.writeIndices(model.targets, this.targets);
    }
    if (window === 0) model.reset(w);
  }
}

/** Steps per epoch. */
export function stepsOf(material: Material, data: DataConfig): number {
  const batches =
    material.kind === 'text'
      ? windowsPerEpoch(material.training.length, data)
      : Math.ceil(material.training.length / data.batch);
  return Math.ceil(batches / data.accumulate);
}

/** Mean number of characters that a step reads and writes. */
export function charactersPerStep(material: Material, data: DataConfig): number {
  if (material.kind === 'text') return data.batch * data.sequence * data.accumulate;
  return charactersIn(material.examples, material.training) / stepsOf(material, data);
}

/** Characters that examples read and write, line feeds included. */
export function charactersIn(examples: Examples, members: Int32Array): number {
  let sum = 0;
  for (const i of members) {
    const { read, written } = lengthsOf(examples, i);
    sum += read + written;
  }
  return sum;
}

/** Batches that a validation reads. */
export const validationBatches = ({ kind, validation }: Material, data: DataConfig): number =>
  kind === 'text' ? evaluationWindows(validation.length, data) : Math.ceil(validation.length / data.batch);

/** Returns the loss on what is held out, in nats per prediction. Uses and changes the model's states. */
export const validationLoss = (model: LanguageModel, w: Worker, material: Material): number =>
  material.kind === 'text'
    ? evaluate(model, w, material.validation).loss
    : evaluateExamples(model, w, material.examples, material.validation).loss;

/** The same with only some of what is held out: so many batches at most. */
export function withLessValidation(material: Material, batches: number, { batch, sequence }: DataConfig): Material {
  const most = material.kind === 'text' ? batches * batch * sequence : batches * batch;
  if (material.kind === 'text') return { ...material, validation: material.validation.subarray(0, most) };
  return { ...material, validation: material.validation.subarray(0, most) };
}
