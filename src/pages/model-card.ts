import type { Checkpoint } from '../checkpoint/checkpoint.js';
import { inspect } from '../inspection/inspection.js';
import type { TrainingConfig } from '../options/training-options.js';
import type { ModelCard } from './report-data.js';

/**
 * What a page tells about a model.
 * @param bytes size of the checkpoint's file, if it is one
 * @param commandOf returns the command that repeats a run
 */
export function cardOf(
  checkpoint: Checkpoint,
  bytes: number | null,
  commandOf: (config: TrainingConfig) => string,
): ModelCard {
  const { model, vocabulary, training } = inspect(checkpoint, bytes);
  return {
    ...{ cell: model.cell, layers: model.layers, hidden: model.hidden, parameters: model.parameters },
    ...{ task: model.task?.name ?? null, bytes, characters: vocabulary.characters, hasUnknown: vocabulary.unknown },
    training: training && {
      ...{ step: training.step, totalSteps: training.totalSteps, epoch: training.epoch, seed: training.seed },
      loss: training.loss?.loss ?? null,
      best: training.best && { step: training.best.step, loss: training.best.loss },
      corpusCharacters: training.corpus.characters,
      corpusSha256: training.corpus.sha256,
      command: commandOf(training.config),
    },
  };
}
