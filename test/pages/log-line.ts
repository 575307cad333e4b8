import type { LogLine } from '../../src/training/log.js';

/** A line of a log, 0.01 nats better with each step. */
export const logLine = (step: number, more: Partial<LogLine> = {}): LogLine => ({
  ...{ step, epoch: step / 10, loss: 3 - step / 100, bitsPerCharacter: 4, validationLoss: null, learningRate: 0.01 },
  ...{ gradientNorm: step, clipped: 0.25, charactersPerSecond: 1000, secondsLeft: null, ...more },
});
