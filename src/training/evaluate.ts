import type { LanguageModel } from '../model/language-model.js';
import type { Worker } from '../model/team.js';
import type { BatchShape, Tokens } from '../text/streams.js';

/** Characters that a stream reads before its first counted prediction, so that it does not begin cold. */
export const WARM_UP = 256;

export interface Evaluation {
  /** Mean nats per predicted character. */
  readonly loss: number;
  readonly predictions: number;
}

/** Windows of T steps in which a text of so many characters is evaluated. */
export function evaluationWindows(length: number, { batch: N, sequence: T }: BatchShape): number {
  const bound = (n: number): number => Math.floor(((length - 1) * n) / N);
  let steps = 0;
  for (let n = 0; n < N; n++) steps = Math.max(steps, bound(n + 1) - Math.max(0, bound(n) - WARM_UP));
  return Math.ceil(steps / T);
}

/**
 * The loss on a text, every character but the first predicted once, the state carried through. The text is read by
 * N streams at a time; each begins `WARM_UP` characters early, in the part of its neighbour, without counting them:
 * the result is that of one reading from front to back, to four digits or more, at the speed of a batch.
 * Uses and changes the model's carried states. Every worker of a team calls it and gets the same result.
 */
export function evaluate(model: LanguageModel, w: Worker, text: Tokens): Evaluation {
  const { batch: N, sequence: T } = model.settings;
  const predictions = text.length - 1;
  if (predictions < 1) return { loss: Number.NaN, predictions: 0 };
  const bound = (n: number): number => Math.floor((predictions * n) / N);
  const begin = (n: number): number => Math.max(0, bound(n) - WARM_UP);
  const steps = T * evaluationWindows(text.length, model.settings);

  const size = w.rank === 0 ? T * N : 0;
  const inputs = new Int32Array(size);
  const targets = new Int32Array(size);
  let total = 0;
  model.reset(w);
  model.prepare(w, undefined);
  for (let start = 0; start < steps; start += T) {
    if (w.rank === 0) {
      for (let t = 0; t < T; t++) {
        for (let n = 0; n < N; n++) {
          const at = begin(n) + start + t;
          const counts = at >= bound(n) && at < bound(n + 1);
          inputs[t * N + n] = at < predictions ? text[at] : 0;
          targets[t * N + n] = counts ? text[at + 1] : -1;
        }
      }
      w.kernels.writeIndices(model.inputs, inputs);
      w.kernels.writeIndices(model.targets, targets);
    }
    w.barrier();
    model.forward(w, undefined);
    model.decode(w, undefined);
    model.loss(w, predictions);
    model.carry(w);
    w.barrier();
    total += w.kernels.sum(model.losses);
  }
  return { loss: total / predictions, predictions };
}
