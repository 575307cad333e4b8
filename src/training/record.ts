import type { Checkpoint, TrainingRecord } from '../checkpoint/checkpoint.js';
import type { Engine } from '../threads/engine.js';
import type { Beginning } from './begin.js';
import type { Course } from './course.js';
import { AVERAGE } from './optimizer.js';
import { arraysOf, type BestWeights } from './weights.js';

/** A run that is to be recorded, its team at rest. */
export interface RunState {
  readonly beginning: Beginning;
  readonly engine: Engine;
  readonly course: Course;
  /** None where nothing is held out for validation. */
  readonly best: BestWeights | undefined;
  readonly totalSteps: number | null;
  readonly seconds: number | null;
}

/** The checkpoint of a run. */
export function recordCheckpoint({ beginning, engine, course, best, totalSteps, seconds }: RunState): Checkpoint {
  const { options, corpus } = beginning;
  const { layout, kernels } = engine;
  const { model, optimizer } = layout;
  const { parameters, ...others } = recordWeights(engine, course, best);
  return {
    model: model.shape,
    vocabulary: corpus.vocabulary.record,
    parameters,
    training: {
      ...{ options, totalSteps, seconds, ...others },
      corpus: { sha256: corpus.sha256, characters: corpus.length },
      step: course.step,
      bestValidationLoss: course.bestValidationLoss,
      history: course.history,
      recent: course.recentLosses,
      moments: optimizer.moments.flatMap(({ parameters }) => arraysOf(kernels, parameters.tensors)),
      carried: model.states.flatMap(({ name, initial }) => arraysOf(kernels, [{ ...initial, name }])),
    },
  };
}

type Weights = Pick<Checkpoint, 'parameters'> & Pick<TrainingRecord, 'latest' | 'best' | 'average'>;

/** The best weights, and whatever else the run needs to go on as if it had not stopped; nothing twice. */
function recordWeights({ layout, kernels }: Engine, course: Course, best: BestWeights | undefined): Weights {
  const { model, optimizer } = layout;
  const latest = arraysOf(kernels, model.weights.tensors);
  const average = optimizer.average && arraysOf(kernels, optimizer.average.tensors, AVERAGE);
  const now = average ?? latest;
  const kept = best?.arrays(latest.map(({ name }) => name));
  const isNowBest = !kept || course.bestStep === course.step || course.isBestAtTheEnd;
  return {
    parameters: isNowBest ? now : kept,
    ...(kept && course.isBestAtTheEnd && { best: kept }),
    ...((average || !isNowBest) && { latest }),
    ...(average && !isNowBest && { average }),
  };
}
