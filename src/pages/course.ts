import type { HistoryEntry } from '../checkpoint/checkpoint.js';
import type { LogLine } from '../training/log.js';
import type { CourseData } from './report-data.js';

/** Points of a course that a page holds; more are merged. */
const MOST_POINTS = 20_000;

/** A measurement of a run; null where something was not measured. */
type Measured = { readonly [K in keyof LogLine]: LogLine[K] | null } & Pick<LogLine, 'step' | 'epoch'>;

/** The course of a run as its checkpoint records it: losses alone. */
export function courseOfHistory(
  history: readonly HistoryEntry[],
  charactersPerStep: number | null,
  source: string,
): CourseData {
  return columns(history.map(measured), charactersPerStep, source);
}

/** The course of a run as its log records it. */
export function courseOfLog(
  lines: readonly LogLine[],
  charactersPerStep: number | null,
  source: string,
  most = MOST_POINTS,
): CourseData {
  return columns(merged(latest(lines), most), charactersPerStep, source);
}

/**
 * Whether a log is that of a run: it has a validation of the run's history, with the very same loss; or where the run
 * held nothing out, a loss of it.
 */
export function isLogOf(lines: readonly LogLine[], history: readonly HistoryEntry[]): boolean {
  const validations = new Map(history.map(({ step, validationLoss }) => [step, validationLoss]));
  const losses = new Map(history.map(({ step, loss }) => [step, loss]));
  const hasValidations = history.some(({ validationLoss }) => validationLoss !== null);
  return lines.some(({ step, loss, validationLoss }) =>
    hasValidations
      ? validationLoss !== null && validations.get(step) === validationLoss
      : Math.abs((losses.get(step) ?? Number.NaN) - loss) < 1e-9,
  );
}

const measured = ({ step, epoch, loss, validationLoss }: HistoryEntry): Measured => ({
  ...{ step, epoch, loss, validationLoss, bitsPerCharacter: null, learningRate: null },
  ...{ gradientNorm: null, clipped: null, charactersPerSecond: null, secondsLeft: null },
});

/** A run that was continued from a save repeats some steps: of each step, the last line counts. */
function latest(lines: readonly LogLine[]): readonly LogLine[] {
  const kept: LogLine[] = [];
  for (const line of lines) {
    while (kept.length > 0 && kept[kept.length - 1].step >= line.step) kept.pop();
    kept.push(line);
  }
  return kept;
}

/** Merges neighbours of a long log: means over equally many lines each, the latest step, rate and validation. */
function merged(lines: readonly LogLine[], most: number): readonly LogLine[] {
  if (lines.length <= most) return lines;
  const size = Math.ceil(lines.length / most);
  const result: LogLine[] = [];
  for (let from = 0; from < lines.length; from += size) {
    const group = lines.slice(from, from + size);
    const mean = (of: (line: LogLine) => number): number => group.reduce((sum, x) => sum + of(x), 0) / group.length;
    result.push({
      ...group[group.length - 1],
      loss: mean(({ loss }) => loss),
      gradientNorm: mean(({ gradientNorm }) => gradientNorm),
      clipped: mean(({ clipped }) => clipped),
      charactersPerSecond: mean(({ charactersPerSecond }) => charactersPerSecond),
      validationLoss: group.findLast(({ validationLoss }) => validationLoss !== null)?.validationLoss ?? null,
    });
  }
  return result;
}

/** Six digits are more than a chart shows, and a third of what a double takes in JSON. */
const rounded = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(6));

function columns(points: readonly Measured[], charactersPerStep: number | null, source: string): CourseData {
  const column = (
    key: 'loss' | 'validationLoss' | 'learningRate' | 'gradientNorm' | 'clipped' | 'charactersPerSecond',
  ) => points.map((point) => rounded(point[key]));
  return {
    step: points.map(({ step }) => step),
    epoch: points.map(({ epoch }) => rounded(epoch) ?? 0),
    ...{ loss: column('loss'), validationLoss: column('validationLoss'), learningRate: column('learningRate') },
    ...{ gradientNorm: column('gradientNorm'), clipped: column('clipped') },
    ...{ charactersPerSecond: column('charactersPerSecond'), charactersPerStep, source },
  };
}
