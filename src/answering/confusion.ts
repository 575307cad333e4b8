// How the labels that a model gives agree with the true ones.

/** How well a model recognises one label. Null where a number is undefined: 0/0. */
export interface LabelFigures {
  readonly label: string;
  /** Number of examples that have the label, and of those that the model gives it to. */
  readonly examples: number;
  readonly answers: number;
  /** Fraction of the answers that are right. */
  readonly precision: number | null;
  /** Fraction of the examples that are answered right. */
  readonly recall: number | null;
  /** Harmonic mean of both: 2·right / (examples + answers). */
  readonly f1: number | null;
}

export interface Agreement {
  readonly accuracy: number;
  /** Mean F1 of all labels that occur as a true label or as an answer. */
  readonly macroF1: number;
  /** The labels of the model, then those that only the examples have. */
  readonly labels: readonly LabelFigures[];
  /** Number of examples by true label (rows, in the order of `labels`) and answer (columns, the labels of the model). */
  readonly confusion: readonly (readonly number[])[];
  /** Labels that the model does not have. An example with one of them is answered wrong. */
  readonly unseen: readonly string[];
}

/**
 * Compares answers with true labels.
 * @param answers for each example, at least one, the number of a label
 */
export function agreementOf(
  labels: readonly string[],
  truth: readonly string[],
  answers: ArrayLike<number>,
): Agreement {
  const unseen = [...new Set(truth)].filter((label) => !labels.includes(label));
  const names = [...labels, ...unseen];
  const rowOf = new Map(names.map((name, i) => [name, i]));
  const confusion = names.map(() => new Array<number>(labels.length).fill(0));
  truth.forEach((label, i) => {
    confusion[rowOf.get(label) ?? 0][answers[i]]++;
  });
  const figures = names.map((label, i): LabelFigures => {
    const right = confusion[i][i] ?? 0;
    const examples = sum(confusion[i]);
    const given = sum(confusion.map((row) => row[i] ?? 0));
    const ratio = (of: number, all: number): number | null => (all === 0 ? null : of / all);
    const [precision, recall] = [ratio(right, given), ratio(right, examples)];
    return { label, examples, answers: given, precision, recall, f1: ratio(2 * right, examples + given) };
  });
  const f1 = figures.map(({ f1 }) => f1).filter((value) => value !== null);
  const right = sum(labels.map((_, i) => confusion[i][i]));
  return { accuracy: right / truth.length, macroF1: sum(f1) / f1.length, labels: figures, confusion, unseen };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export interface Confusion {
  readonly label: string;
  readonly answer: string;
  readonly count: number;
}

/** The most frequent wrong answers, at most so many, the most frequent first. */
export function largestConfusions({ labels, confusion }: Agreement, most: number): Confusion[] {
  return confusion
    .flatMap((row, i) =>
      row.map((count, j) => ({ label: labels[i].label, answer: labels[j].label, count: i === j ? 0 : count })),
    )
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most);
}
