import { streamsOf, type Worker } from '../parallel/team.js';
import type { BatchShape } from '../text/streams.js';
import type { Tokens } from '../text/tokens.js';
import type { LanguageModel } from './network.js';
import { partsOf, stepsOf, type TextPart, writeWindow } from './text-parts.js';

export interface Evaluation {
  /** Mean nats per predicted character; NaN if nothing is predicted. */
  readonly loss: number;
  /** Total nats. */
  readonly nats: number;
  readonly predictions: number;
}

export interface EvaluationSettings {
  /** Characters at the start that are read but not counted. */
  readonly warmUp?: number;
  /** Characters after which the state is reset to zero; the whole text if not given. */
  readonly window?: number | undefined;
  /** Called now and then with the fraction of the text that has been read. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Computes the loss on a text: every character but the first is predicted once, with the state carried through. N
 * streams read the text in parallel; each starts `WARM_UP` characters early, in its neighbour's part, without counting
 * them. The result is that of one reading from start to end, to four digits or more, at the speed of a batch. With a
 * `window`, the text is cut into windows of that many predictions, each read from a zero state. Uses and changes the
 * model's carried states. Every worker of a team calls it and gets the same result.
 */
export function evaluate(model: LanguageModel, w: Worker, text: Tokens, settings: EvaluationSettings = {}): Evaluation {
  const { batch, allStreams: N = batch } = model.settings;
  const all = text.length - 1;
  const first = Math.min(all, Math.max(0, (settings.warmUp ?? 0) - 1));
  const predictions = all - first;
  if (predictions < 1) return { loss: Number.NaN, nats: 0, predictions: 0 };
  const { window, onProgress = () => {} } = settings;
  const reader = new Reader(model, w, text, predictions);
  const own = (parts: readonly TextPart[]): TextPart[] => streamsOf(parts.length, w.ranks).map((n) => parts[n]);
  let sum = 0;
  if (window === undefined) {
    sum = reader.read(own(streams(first, all, N)), onProgress);
  } else {
    const count = Math.ceil(all / window);
    for (let i = Math.floor(first / window); i < count; i += N) {
      const parts = Array.from({ length: Math.min(N, count - i) }, (_, n) => {
        const begin = (i + n) * window;
        return { begin, from: Math.max(begin, first), to: Math.min(begin + window, all) };
      });
      sum += reader.read(own(parts));
      onProgress(Math.min(1, (i + N) / count));
    }
  }
  const nats = w.ranks.total(w, sum);
  return { loss: nats / predictions, nats, predictions };
}

/** Splits the predictions `first` … `all` among N streams; the first reads from the text's start. */
const streams = (first: number, all: number, N: number): TextPart[] =>
  partsOf({ from: first, to: all }, N).map((part, n) => (n === 0 ? { ...part, begin: 0 } : part));

/** The number of windows of T steps in which a text of `length` characters is evaluated. */
export function evaluationWindows(length: number, { batch: N, sequence: T }: BatchShape): number {
  return Math.ceil(stepsOf(streams(0, length - 1, N)) / T);
}

/** Reads parts of a text with a model, one in each of its streams. */
class Reader {
  private readonly inputs: Int32Array;
  private readonly targets: Int32Array;

  constructor(
    private readonly model: LanguageModel,
    private readonly w: Worker,
    private readonly text: Tokens,
    private readonly predictions: number,
  ) {
    // Only rank 0 writes batches.
    const size = w.rank === 0 ? model.inputs.size : 0;
    this.inputs = new Int32Array(size);
    this.targets = new Int32Array(size);
    model.prepare(w, undefined);
  }

  /** Returns the total nats of the counted predictions in all parts, each read from a zero state. */
  read(parts: readonly TextPart[], onProgress: (share: number) => void = () => {}): number {
    const { model, w } = this;
    const { sequence: T } = model.settings;
    const steps = stepsOf(parts);
    let total = 0;
    model.reset(w);
    for (let start = 0; start < steps; start += T) {
      if (w.rank === 0) this.write(parts, start);
      w.barrier();
      model.forward(w, undefined);
      model.decode(w, undefined);
      model.loss(w, this.predictions);
      model.carry(w);
      w.barrier();
      total += w.kernels.sum(model.losses);
      onProgress(Math.min(1, (start + T) / steps));
    }
    return total;
  }

  private write(parts: readonly TextPart[], start: number): void {
    const { model, w, text, inputs, targets } = this;
    targets.fill(-1);
    writeWindow(parts, text, model.settings, start, inputs, (row, at) => {
      targets[row] = text[at + 1];
    });
    w.kernels.writeIndices(model.inputs, inputs);
    w.kernels.writeIndices(model.targets, targets);
  }
}
