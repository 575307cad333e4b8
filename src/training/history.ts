import type { HistoryEntry, RecentLosses, TrainingProgress } from '../checkpoint/checkpoint.js';
import type { BestValidation } from './events.js';
import type { StepResult } from './step.js';

/** The progress of a run so far: its steps and its measured losses. */
export class Course {
  /** Steps done. */
  step = 0;
  /** The latest step of this process. */
  last: StepResult | undefined;
  /** Nats per character at the latest validation. */
  validationLoss: number | null = null;

  /** Scheduled entries. They do not depend on where a run was stopped and resumed. */
  private readonly entries: HistoryEntry[] = [];
  private recent = { sum: 0, count: 0 };
  /** The entry at the end of a run when none is scheduled there. A resumed run discards it. */
  private closing: HistoryEntry | undefined;

  /** @param record the state of a resumed run */
  constructor(record?: TrainingProgress) {
    if (!record) return;
    this.step = record.step;
    this.entries.push(...record.history);
    this.recent = { ...record.recent };
    // A scheduled entry resets the count, so this one was a closing entry.
    if (this.recent.count > 0 && this.entries.at(-1)?.step === this.step) this.entries.pop();
    this.validationLoss = this.entries.at(-1)?.validationLoss ?? null;
  }

  onStep(result: StepResult): void {
    this.step = result.step;
    this.last = result;
    this.recent.sum += result.loss;
    this.recent.count++;
  }

  /** Whether some steps are not covered by an entry. */
  get isOpen(): boolean {
    return this.recent.count > 0;
  }

  /** Adds a scheduled entry. @returns whether its validation loss is the lowest so far */
  enter(epoch: number, validationLoss: number | null): boolean {
    const before = this.bestValidationLoss;
    this.entries.push(this.entry(epoch, validationLoss));
    this.recent = { sum: 0, count: 0 };
    return validationLoss !== null && (before === null || validationLoss < before);
  }

  /** Adds the entry at the end of a run when none is scheduled there. */
  close(epoch: number, validationLoss: number | null): void {
    this.closing = this.entry(epoch, validationLoss);
  }

  /** All entries, including the closing one. */
  get history(): readonly HistoryEntry[] {
    return this.closing ? [...this.entries, this.closing] : this.entries;
  }

  get recentLosses(): RecentLosses {
    return this.recent;
  }

  /** The lowest validation loss, closing entry included, and its step. The weights of that step are the model. */
  get best(): BestValidation | null {
    const { step, epoch, validationLoss = null } = lowest(this.history) ?? {};
    return step === undefined || epoch === undefined || validationLoss === null
      ? null
      : { step, epoch, loss: validationLoss };
  }

  get bestValidationLoss(): number | null {
    return this.best?.loss ?? null;
  }

  /** The step of the scheduled entry with the lowest validation loss. */
  get bestStep(): number | undefined {
    return lowest(this.entries)?.step;
  }

  /** Whether the closing validation loss is lower than all scheduled ones. */
  get isBestAtTheEnd(): boolean {
    return this.closing !== undefined && lowest(this.history) === this.closing;
  }

  /** Number of validations since the lowest loss. */
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

/** Returns the entry with the lowest validation loss; ties go to the first. */
function lowest(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  let best: HistoryEntry | undefined;
  for (const entry of entries) {
    if (entry.validationLoss === null) continue;
    if (best?.validationLoss == null || entry.validationLoss < best.validationLoss) best = entry;
  }
  return best;
}
