// What a run trains on: a text, read in streams, or examples, read in buckets.

import { evaluate, evaluationWindows } from '../model/evaluate.js';
import { evaluateExamples, loadBatch } from '../model/example-batch.js';
import type { LanguageModel } from '../model/network.js';
import type { DataConfig, TrainingConfig } from '../options/training-options.js';
import type { Worker } from '../parallel/team.js';
import { Buckets } from '../text/buckets.js';
import { type Examples, lengthsOf } from '../text/examples.js';
import { Streams, stepsPerEpoch } from '../text/streams.js';
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

/** The batches of a run, in order. */
export interface Batches {
  readonly perEpoch: number;
  /**
   * Writes the batch of a step into a model, and what precedes it into its states. Every worker calls it; a barrier must
   * follow.
   * @param step from 1
   * @returns the number of predictions
   */
  load(model: LanguageModel, w: Worker, step: number): number;
}

/** @param w the worker that will load them */
export function batchesOf(material: Material, { data, run }: TrainingConfig, { rank }: Pick<Worker, 'rank'>): Batches {
  const { batch, sequence } = data;
  if (material.kind === 'text') return new TextBatches(new Streams(material.training, batch, sequence), rank, data);
  const { examples, training, factors } = material;
  const buckets = new Buckets(examples, training, batch, run.seed);
  return {
    perEpoch: buckets.perEpoch,
    load: (model, w, step) => loadBatch(model, w, examples, buckets.at(step - 1), factors),
  };
}

class TextBatches implements Batches {
  private readonly inputs: Int32Array;
  private readonly targets: Int32Array;

  constructor(
    private readonly streams: Streams,
    rank: number,
    { batch, sequence }: DataConfig,
  ) {
    // Only rank 0 writes batches.
    const size = rank === 0 ? batch * sequence : 0;
    this.inputs = new Int32Array(size);
    this.targets = new Int32Array(size);
  }

  get perEpoch(): number {
    return this.streams.windows;
  }

  load(model: LanguageModel, w: Worker, step: number): number {
    const window = (step - 1) % this.streams.windows;
    if (w.rank === 0) {
      this.streams.fill(window, this.inputs, this.targets);
      w.kernels.writeIndices(model.inputs, this.inputs);
      w.kernels.writeIndices(model.targets, this.targets);
    }
    if (window === 0) model.reset(w);
    return model.losses.size;
  }
}

/** Steps per epoch. */
export const stepsOf = (material: Material, data: DataConfig): number =>
  material.kind === 'text'
    ? stepsPerEpoch(material.training.length, data)
    : Math.ceil(material.training.length / data.batch);

/** Mean number of characters that a step reads and writes. */
export function charactersPerStep(material: Material, data: DataConfig): number {
  if (material.kind === 'text') return data.batch * data.sequence;
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
