import type { Checkpoint, NamedArray, TrainingRecord } from '../checkpoint/checkpoint.js';
import type { Kernels, Tensor } from '../kernels/kernels.js';
import type { ParameterBlock } from '../model/parameters.js';
import { generate } from '../sampling/sample.js';
import { Sampler } from '../sampling/sampler.js';
import type { Vocabulary } from '../text/vocabulary.js';
import type { Engine } from './engine.js';
import type { Course } from './history.js';
import type { Setup } from './setup.js';

/** A run to record, while its team is idle. */
export interface RunState {
  readonly setup: Setup;
  readonly engine: Engine;
  readonly course: Course;
  /** Undefined when nothing is held out for validation. */
  readonly best: BestWeights | undefined;
  readonly totalSteps: number | null;
  readonly seconds: number | null;
}

/** Creates the checkpoint of a run, once the carried states have been collected. */
export function recordCheckpoint({ setup, engine, course, best, totalSteps, seconds }: RunState): Checkpoint {
  const { config, corpus } = setup;
  const { layout, kernels } = engine;
  const { model, optimizer } = layout;
  const { parameters, ...others } = recordWeights(engine, course, best);
  return {
    model: model.shape,
    vocabulary: corpus.vocabulary.record,
    parameters,
    training: {
      ...{ config, totalSteps, seconds, ...others },
      ...(layout.team.ranks.size > 1 && { ranks: layout.team.ranks.size }),
      corpus: { sha256: corpus.sha256, characters: corpus.length },
      step: course.step,
      bestValidationLoss: course.bestValidationLoss,
      history: course.history,
      recent: course.recentLosses,
      moments: optimizer.moments.flatMap(({ parameters }) => arraysOf(kernels, parameters.tensors)),
      carried: layout.wholeStates.flatMap((whole, i) => arraysOf(kernels, [{ ...whole, name: model.states[i].name }])),
    },
  };
}

type Weights = Pick<Checkpoint, 'parameters'> & Pick<TrainingRecord, 'latest' | 'best' | 'average'>;

/** Records the best weights, and the other weights needed to resume the run exactly; nothing twice. */
function recordWeights({ layout, kernels }: Engine, course: Course, best: BestWeights | undefined): Weights {
  const { model, optimizer } = layout;
  const latest = arraysOf(kernels, model.weights.tensors);
  const average = optimizer.average && arraysOf(kernels, optimizer.average.tensors, namesOf(optimizer.average));
  const now = average ?? latest;
  const kept = best?.arrays();
  const isNowBest = !kept || course.bestStep === course.step || course.isBestAtTheEnd;
  return {
    parameters: isNowBest ? now : kept,
    ...(kept && course.isBestAtTheEnd && { best: kept }),
    ...((average || !isNowBest) && { latest }),
    ...(average && !isNowBest && { average }),
  };
}

/**
 * Returns named arrays that read their tensor on each access to `values`, so that a large model is not in memory twice.
 * Use them while the team is idle.
 * @param names default: the names of the tensors
 */
export const arraysOf = (kernels: Kernels, tensors: readonly Tensor[], names?: readonly string[]): NamedArray[] =>
  tensors.map((x, i) => ({
    name: names ? names[i] : x.name,
    shape: x.shape,
    get values() {
      const values = new Float32Array(x.size);
      kernels.read(x, values);
      return values;
    },
  }));

const namesOf = ({ parameters }: ParameterBlock): string[] => parameters.map(({ name }) => name);

/** A copy of the weights with the lowest validation loss, kept while training continues. */
export class BestWeights {
  /** Flat, like the block. Allocated once. */
  private readonly values: Float32Array;
  private isKept = false;

  /** @param measured the weights that validation measures */
  constructor(
    private readonly measured: ParameterBlock,
    private readonly kernels: Kernels,
  ) {
    this.values = new Float32Array(measured.block.size);
  }

  /** Copies the current weights. */
  keep(): void {
    this.kernels.read(this.measured.block, this.values);
    this.isKept = true;
  }

  /** Copies the best weights from a checkpoint. */
  restore(arrays: readonly NamedArray[]): void {
    for (const { name, values } of arrays) this.valuesOf(this.measured.get(name)).set(values);
    this.isKept = true;
  }

  /** Returns the copy, if there is one. */
  arrays(): NamedArray[] | undefined {
    if (!this.isKept) return undefined;
    const names = namesOf(this.measured);
    return this.measured.tensors.map((x, i) => ({ name: names[i], shape: x.shape, values: this.valuesOf(x) }));
  }

  private valuesOf(x: Tensor): Float32Array {
    const from = x.offset - this.measured.block.offset;
    return this.values.subarray(from, from + x.size);
  }
}

/** How samples are drawn during training. */
const SAMPLE = { length: 200, temperature: 0.8, prime: '' };

/** Draws a short sample from the model of an idle engine. */
export function shortSample({ layout, kernels }: Engine, vocabulary: Vocabulary, seed: number): string {
  const sampler = new Sampler(layout.model.shape, (name) => kernels.read(layout.evaluated.get(name)));
  return [...generate(sampler, vocabulary, { ...SAMPLE, seed })].join('');
}
