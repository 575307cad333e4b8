import type { HistoryEntry } from '../checkpoint/checkpoint.js';
import type { LogLine } from '../training/log.js';
import { type Losses, lossesOf } from './inspection.js';

/** What a log says of a training run. Losses are in nats per character. */
export interface LogInspection {
  /** The latest step, and where in the corpus it was; null in a log without lines. */
  readonly step: number | null;
  readonly epoch: number | null;
  readonly loss: Losses | null;
  readonly validationLoss: Losses | null;
  /** The lowest validation loss in the log. */
  readonly best: Losses | null;
  /** The median of the lines. */
  readonly charactersPerSecond: number | null;
  readonly history: readonly HistoryEntry[];
  /** Size of the file in bytes, or null for a pipe. */
  readonly bytes: number | null;
}

/** Describes a log. @param lines in ascending order of steps */
export function inspectLog(lines: readonly LogLine[], bytes: number | null): LogInspection {
  const history = lines.map(({ step, epoch, loss, validationLoss }) => ({ step, epoch, loss, validationLoss }));
  const validated = history.filter(({ validationLoss }) => validationLoss !== null);
  const best = validated.reduce<HistoryEntry | undefined>(
    (best, entry) => (best && (best.validationLoss ?? 0) <= (entry.validationLoss ?? 0) ? best : entry),
    undefined,
  );
  const last = history.at(-1);
  const speeds = lines.map(({ charactersPerSecond }) => charactersPerSecond).sort((a, b) => a - b);
  return {
    step: last?.step ?? null,
    epoch: last?.epoch ?? null,
    loss: lossesOf(last, 'loss'),
    validationLoss: lossesOf(validated.at(-1), 'validationLoss'),
    best: lossesOf(best, 'validationLoss'),
    charactersPerSecond: speeds[Math.floor(speeds.length / 2)] ?? null,
    ...{ history, bytes },
  };
}
