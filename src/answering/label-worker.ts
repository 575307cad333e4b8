// A worker that labels blocks of lines, each line on its own.

import { CharrnnError } from '../errors.js';
import { backendsByName } from '../kernels/backend.js';
import { exp } from '../mathematics.js';
import { attach, forReading, layOut } from '../model/instance.js';
import type { Sequence } from '../model/sequences.js';
import type { ModelShape } from '../model/shape.js';
import type { BackendName } from '../options/training-options.js';
import { serve } from '../parallel/worker-program.js';
import { type PackedLines, unpacked } from '../text/lines.js';
import { Vocabulary, type VocabularyRecord } from '../text/vocabulary.js';
import { LABEL_BATCH, LabelReader, type LineReading, symbolsOfLine } from './label-reader.js';

export interface LabelData {
  readonly shape: ModelShape;
  readonly vocabulary: VocabularyRecord;
  readonly reading: LineReading;
  readonly backend: BackendName;
  readonly memory: WebAssembly.Memory;
  /** Number of labels to return for each line (K). */
  readonly most: number;
}

export interface LinesToLabel extends PackedLines {
  /** Whether the first line begins a file. */
  readonly isStart: boolean;
}

/** The most probable labels of each line, best first; equals in the order of the labels. */
export interface LineLabels {
  /** Numbers of the labels (lines, K). */
  readonly labels: Int32Array;
  /** Their probabilities (lines, K). */
  readonly probabilities: Float64Array;
  /** Number of characters in each line that the model does not know. */
  readonly unknown: Int32Array;
}

export type LabelProcedures = ReturnType<typeof labelProgram>;

function labelProgram({ shape, reading, backend, memory, most: K, ...data }: LabelData) {
  const vocabulary = new Vocabulary(data.vocabulary);
  const settings = forReading(LABEL_BATCH);
  const reader = new LabelReader(attach(layOut({ backend: backendsByName[backend], shape, settings }), memory));
  const answersTo = (texts: readonly Sequence[]): Omit<LineLabels, 'unknown'> => {
    const labels = new Int32Array(texts.length * K);
    const probabilities = new Float64Array(texts.length * K);
    reader.read(texts).forEach((logits, i) => {
      const order = bestOf(logits, K);
      labels.set(order, i * K);
      probabilities.set(softmax(logits, order), i * K);
    });
    return { labels, probabilities };
  };
  return {
    label: ({ isStart, ...lines }: LinesToLabel): LineLabels => {
      const texts = unpacked(lines).map((line, i) => symbolsOfLine(line, isStart && i === 0, vocabulary, reading));
      const unknown = Int32Array.from(texts, ({ unknown }) => unknown);
      return { ...answersTo(texts.map(({ symbols }) => symbols)), unknown };
    },
    labelFilms: (films: readonly Float32Array[]): LineLabels => ({
      ...answersTo(films),
      unknown: new Int32Array(films.length),
    }),
  };
}

/** The indices of the K largest values, the largest first. */
function bestOf(values: Float32Array, K: number): number[] {
  if (K > 1)
    return Array.from(values, (_, i) => i)
      .sort((a, b) => values[b] - values[a] || a - b)
      .slice(0, K);
  let best = 0;
  values.forEach((value, i) => {
    if (value > values[best]) best = i;
  });
  return [best];
}

/** The probabilities of some labels, the first of which has the largest logit. @throws CharrnnError if one is NaN */
function softmax(logits: Float32Array, [best, ...others]: readonly number[]): number[] {
  const weight = (i: number): number => exp(logits[i] - logits[best]);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += weight(i);
  if (Number.isFinite(sum)) return [best, ...others].map((i) => weight(i) / sum);
  throw new CharrnnError("the model's output is not finite; its weights are too large, use another checkpoint");
}

serve(labelProgram);
