// Sample events of a training run.

import type { FinishedEvent, SavedEvent, StartedEvent, StepEvent, ValidationEvent } from '../../src/training/events.js';

export const started: StartedEvent = {
  event: 'started',
  cell: 'lstm',
  layers: 2,
  hidden: 128,
  parameters: 219_123,
  vocabulary: 61,
  trainingCharacters: 900_000,
  validationCharacters: 100_000,
  batch: 50,
  sequence: 40,
  accumulate: 1,
  stepsPerEpoch: 450,
  step: 0,
  steps: 2000,
  backend: 'native',
};

export const stepAt = (step: number): StepEvent => ({
  event: 'step',
  step,
  epoch: step / 100,
  loss: Math.log(4),
  learningRate: 0.002,
  gradientNorm: 0.5,
  isClipped: false,
  charactersPerSecond: 57_123,
  secondsLeft: 125,
});

export const validation: ValidationEvent = {
  event: 'validation',
  step: 450,
  epoch: 1,
  loss: 1.5,
  bitsPerCharacter: 1.5 / Math.LN2,
  bestLoss: 1.5,
};

export const saved: SavedEvent = { event: 'saved', step: 2000, path: 'm.json', bytes: 3_449_000 };

export const finished: FinishedEvent = {
  event: 'finished',
  reason: 'completed',
  step: 2000,
  epoch: 4.44,
  loss: Math.log(4),
  validationLoss: 1.5,
  best: { step: 2000, epoch: 4.44, loss: 1.5 },
  seconds: 73,
  charactersPerSecond: 54_790,
};
