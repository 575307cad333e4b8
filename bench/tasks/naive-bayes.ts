// What counting alone achieves for lines `label⇥text`: Naive Bayes of character 3-grams, with the smoothing that is best
// on a tenth of the training lines. Prints one JSON line: accuracy, macro-F1 and the F1 of each label.
//   node build/bench/tasks/naive-bayes.js train.tsv test.tsv [--order 3]

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { linesOf } from './split.js';

export interface Example {
  readonly label: string;
  readonly text: string;
}

/** The n-grams of a text between n - 1 marks at each end. */
function grams(text: string, n: number): string[] {
  const edge = '\0'.repeat(n - 1);
  const characters = Array.from(edge + text + edge);
  const result: string[] = [];
  for (let i = 0; i + n <= characters.length; i++) result.push(characters.slice(i, i + n).join(''));
  return result;
}

interface Counts {
  readonly lines: number;
  /** Occurrences of all n-grams. */
  readonly total: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Counts of n-grams by label, and how many different n-grams there are. */
class NaiveBayes {
  readonly #labels = new Map<string, Counts>();
  readonly #lines: number;
  readonly #kinds: number;

  constructor(
    examples: readonly Example[],
    readonly n: number,
  ) {
    const all = new Set<string>();
    for (const label of new Set(examples.map((example) => example.label))) {
      const own = examples.filter((example) => example.label === label);
      const counts = new Map<string, number>();
      let total = 0;
      for (const { text } of own) {
        for (const gram of grams(text, n)) {
          counts.set(gram, (counts.get(gram) ?? 0) + 1);
          all.add(gram);
          total++;
        }
      }
      this.#labels.set(label, { lines: own.length, total, counts });
    }
    this.#lines = examples.length;
    // One more for all that was never seen.
    this.#kinds = all.size + 1;
  }

  /** The most probable label of a text. */
  classify(text: string, alpha: number): string {
    const parts = grams(text, this.n);
    let best = '';
    let highest = Number.NEGATIVE_INFINITY;
    for (const [label, { lines, total, counts }] of this.#labels) {
      let score = Math.log(lines / this.#lines) - parts.length * Math.log(total + alpha * this.#kinds);
      for (const gram of parts) score += Math.log((counts.get(gram) ?? 0) + alpha);
      if (score > highest) [best, highest] = [label, score];
    }
    return best;
  }
}

export interface Report {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly f1: Readonly<Record<string, number>>;
}

/** Accuracy, and F1 by label, of predicted labels. */
export function report(labels: readonly string[], predicted: readonly string[]): Report {
  const right = labels.filter((label, i) => label === predicted[i]).length;
  const f1: Record<string, number> = {};
  for (const label of [...new Set(labels)].sort()) {
    const both = labels.filter((own, i) => own === label && predicted[i] === label).length;
    const either = [...labels, ...predicted].filter((own) => own === label).length;
    f1[label] = (2 * both) / either;
  }
  const scores = Object.values(f1);
  return {
    accuracy: right / labels.length,
    macroF1: scores.reduce((sum, score) => sum + score, 0) / scores.length,
    f1,
  };
}

/** Trains with the α that is best on every tenth line, and measures on the test. */
export function naiveBayes(training: readonly Example[], test: readonly Example[], n = 3): Report & { alpha: number } {
  const held = training.filter((_, i) => i % 10 === 9);
  const partial = new NaiveBayes(
    training.filter((_, i) => i % 10 !== 9),
    n,
  );
  let alpha = 1;
  let most = -1;
  for (const candidate of [2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0001]) {
    const right = held.filter(({ label, text }) => partial.classify(text, candidate) === label).length;
    if (right > most) [alpha, most] = [candidate, right];
  }
  const model = new NaiveBayes(training, n);
  const predicted = test.map(({ text }) => model.classify(text, alpha));
  return {
    alpha,
    ...report(
      test.map(({ label }) => label),
      predicted,
    ),
  };
}

/** Lines `label⇥text`. */
export function examplesOf(text: string): Example[] {
  return linesOf(text).map((line) => {
    const tab = line.indexOf('\t');
    return { label: line.slice(0, tab), text: line.slice(tab + 1) };
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { order: { type: 'string', default: '3' } },
  });
  const [training, test] = positionals.map((path) => examplesOf(readFileSync(path, 'utf8')));
  const { alpha, accuracy, macroF1, f1 } = naiveBayes(training, test, Number(values.order));
  const digits = (x: number): number => Number(x.toFixed(4));
  const each = Object.fromEntries(Object.entries(f1).map(([label, score]) => [label, digits(score)]));
  console.log(
    JSON.stringify({ accuracy: digits(accuracy), macroF1: digits(macroF1), alpha, lines: test.length, f1: each }),
  );
}
