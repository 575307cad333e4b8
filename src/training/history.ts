import type { HistoryEntry, RecentLosses, TrainingProgress } from '../checkpoint/checkpoint.js';
import type { BestValidation } from './events.js';
import type { StepResult } from './step.js';

/** How a run has gone so far: its steps, and the losses that it was measured by. */
export class Course {
  /** Steps done. */
  step = 0;
  /** The latest step of this process. */
  last: StepResult | undefined;
  /** Nats per character at the latest validation. */
  validationLoss: number | null = null;

  /** Entries that were due. They do not depend on where a run was stopped and resumed. */
  private readonly entries: HistoryEntry[] = [];
  private recent = { sum: 0, count: 0 };
  /** What was measured at the end of a run between two entries that are due. A run that goes on forgets it. */
  private closing: HistoryEntry | undefined;

  /** @param record of a run that goes on */
  constructor(record?: TrainingProgress) {
    if (!record) return;
    this.step = record.step;
    this.entries.push(...record.history);
    this.recent = { ...record.recent };
    // An entry that was due begins the count anew.
    if (this.recent.count > 0 && this.entries.at(-1)?.step === this.step) this.entries.pop();
    this.validationLoss = this.entries.at(-1)?.validationLoss ?? null;
  }

  onStep(result: StepResult): void {
    this.step = result.step;
    this.last = result;
    this.recent.sum += result.loss;
    this.recent.count++;
  }

  /** Whether there are steps that no entry covers. */
  get isOpen(): boolean {
    return this.recent.count > 0;
  }

  /** An entry that is due. @returns whether its validation loss is the lowest so far */
  enter(epoch: number, validationLoss: number | null): boolean {
    const before = this.bestValidationLoss;
    this.entries.push(this.entry(epoch, validationLoss));
    this.recent = { sum: 0, count: 0 };
    return validationLoss !== null && (before === null || validationLoss < before);
  }

  /** The entry at the end of a run, where none is due. */
  close(epoch: number, validationLoss: number | null): void {
    this.closing = this.entry(epoch, validationLoss);
  }

  /** Every entry, the closing one included. */
  get history(): readonly HistoryEntry[] {
    return this.closing ? [...this.entries, this.closing] : this.entries;
  }

  get recentLosses(): RecentLosses {
    return this.recent;
  }

  /** The lowest validation loss and where it was measured, the closing entry included: the model is that of its step. */
  get best(): BestValidation | null {
    const { step, epoch, validationLoss = null } = lowest(this.history) ?? {};
    return step === undefined || epoch === undefined || validationLoss === null
      ? null
      : { step, epoch, loss: validationLoss };
  }

  get bestValidationLoss(): number | null {
    return this.best?.loss ?? null;
  }

  /** The step whose validation loss, of those that were due, was the lowest. */
  get bestStep(): number | undefined {
    return lowest(this.entries)?.step;
  }

  /** Whether the closing validation loss is lower than all that were due. */
  get isBestAtTheEnd(): boolean {
    return this.closing !== undefined && lowest(this.history) === this.closing;
  }

  /** Validations since the lowest loss. */
  get validationsSinceBest(): number {
    const measured = this.entries.filter(({ validationLoss }) => validationLoss !== null);
    const best = lowest(measured);
    return best ? measured.length - 1 - measured.indexOf(best) : 0;
  }

  private entry(epoch: number, validationLoss: number | null): HistoryEntry {
    this.validationLoss = validationLoss;
    return { step: this.step, epoch, loss: this.recent.sum / this.recent.count, validationLoss };
  }
}

/** The entry with the lowest validation loss, the first of equals. */
function lowest(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  let best: HistoryEntry | undefined;
  for (const entry of entries) {
    if (entry.validationLoss === null) continue;
    if (best?.validationLoss == null || entry.validationLoss < best.validationLoss) best = entry;
  }
  return best;
}
