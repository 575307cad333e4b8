import { rows } from '../kernels/plan.js';
import { streamsOf, type Worker } from '../parallel/team.js';
import { byLength } from '../text/buckets.js';
import { type Examples, type Frames, lengthsOf, type Texts } from '../text/examples.js';
import type { LanguageModel } from './network.js';
import { writeSymbols, writeVectors } from './sequences.js';

/**
 * Writes this process's examples of a batch into a model. Every worker calls it, the first one writes; a barrier must
 * follow.
 * @param batch the numbers of the examples of all processes, the longest to write (or, for labels, to read) first
 * @param factors a factor for the loss of each label
 */
export function loadBatch(
  model: LanguageModel,
  w: Worker,
  examples: Examples,
  batch: Int32Array,
  factors?: Float32Array,
): void {
  const { shape, settings } = model;
  const { task } = shape;
  const { batch: N } = settings;
  const numbers = w.ranks.size > 1 ? streamsOf(batch.length, w.ranks) : undefined;
  const members = numbers ? Int32Array.from(numbers, (n) => batch[n]) : batch;
  const lengths = Array.from(members, (i) => lengthsOf(examples, i));
  const isFirst = w.rank === 0;
  const { read, frames, written, labels, vectors } = examples;
  if (task?.name === 'label') {
    const own = labels && factors ? Array.from(members, (i) => factors[labels[i]] ?? 1) : undefined;
    model.fit({ lengths: lengths.map(({ read }) => read), numbers, factors: own });
    if (!isFirst) return;
    if (frames) writeVectors(model.inputs, w.kernels, N, filmsOf(frames, members));
    else if (read) writeSymbols(model.inputs, w.kernels, N, textsOf(read, members));
    const targets = new Int32Array(N).fill(-1);
    if (labels) for (const [n, i] of members.entries()) targets[n] = labels[i];
    w.kernels.writeIndices(model.targets, targets);
    return;
  }
  const lengthsWritten = lengths.map(({ written }) => written);
  const order = task?.name === 'translate' ? sourceOrder(lengths.map(({ read }) => read)) : undefined;
  model.fit({
    ...{ lengths: lengthsWritten, numbers },
    ...(order && { sourceLengths: order.map((n) => lengths[n].read), sourceStreams: inverse(order) }),
    ...(order && numbers && { sourceNumbers: sourceNumbers(examples, batch, numbers) }),
  });
  if (!isFirst || !written) return;
  // What is written begins after a line feed, which is also the last symbol of every text.
  const texts = textsOf(written, members);
  writeSymbols(model.inputs, w.kernels, N, texts, (text, t) => text[t === 0 ? text.length - 1 : t - 1]);
  writeSymbols(model.targets, w.kernels, N, texts);
  const { beginning } = model;
  if (order && frames && beginning) {
    const sources = Int32Array.from(order, (n) => members[n]);
    writeVectors(beginning.inputs, w.kernels, N, filmsOf(frames, sources), task?.isSourceReversed);
  } else if (order && read && beginning) {
    const sources = Int32Array.from(order, (n) => members[n]);
    const last = (text: ArrayLike<number>): number => text.length - 1;
    const at = task?.isSourceReversed
      ? (text: ArrayLike<number>, t: number) => text[t === last(text) ? t : last(text) - 1 - t]
      : (text: ArrayLike<number>, t: number) => text[t];
    writeSymbols(beginning.inputs, w.kernels, N, textsOf(read, sources), at);
  } else if (beginning) {
    const [, width] = beginning.inputs.shape;
    for (const [n, i] of members.entries()) {
      const vector = new Float32Array(width);
      if (vectors) vector.set(vectors.subarray(i * width, (i + 1) * width));
      else if (labels) vector[labels[i]] = 1;
      w.kernels.write(rows(beginning.inputs, n, n + 1), vector);
    }
  }
}

/** The number of predictions of a batch: one for each label, or one for each symbol that is written. */
export function predictionsOf(examples: Examples, members: Int32Array): number {
  if (!examples.written) return members.length;
  return members.reduce((sum, i) => sum + lengthsOf(examples, i).written, 0);
}

const textsOf = ({ tokens, ends }: Texts, members: Int32Array): ArrayLike<number>[] =>
  Array.from(members, (i) => tokens.subarray(ends[i - 1] ?? 0, ends[i]));

const filmsOf = ({ values, width, ends }: Frames, members: Int32Array): Float32Array[] =>
  Array.from(members, (i) => values.subarray((ends[i - 1] ?? 0) * width, ends[i] * width));

/** The streams in the order of their sources, the longest first. */
const sourceOrder = (lengths: readonly number[]): number[] =>
  lengths.map((_, n) => n).sort((a, b) => lengths[b] - lengths[a] || a - b);

/** Where the sources of some of a batch's streams stand in the order of all of them. */
function sourceNumbers(examples: Examples, batch: Int32Array, streams: readonly number[]): number[] {
  const order = sourceOrder(Array.from(batch, (i) => lengthsOf(examples, i).read));
  const isOwn = new Set(streams);
  return [...order.keys()].filter((place) => isOwn.has(order[place]));
}

function inverse(order: readonly number[]): number[] {
  const places: number[] = [];
  order.forEach((n, place) => {
    places[n] = place;
  });
  return places;
}

/**
 * The loss on examples: the mean nats of their predictions, NaN without any. Every worker gets the same result.
 * @param onBatch called with the examples of each batch while the logits of this worker's streams are in the model
 */
export function evaluateExamples(
  model: LanguageModel,
  w: Worker,
  examples: Examples,
  members: Int32Array,
  onBatch: (batch: Int32Array) => void = () => {},
): { readonly loss: number; readonly nats: number; readonly predictions: number } {
  const { batch, allStreams: N = batch } = model.settings;
  const sorted = byLength(examples, members).reverse();
  let [own, predictions] = [0, 0];
  model.prepare(w, undefined);
  for (let from = 0; from < sorted.length; from += N) {
    const members = sorted.subarray(from, from + N);
    predictions += predictionsOf(examples, members);
    loadBatch(model, w, examples, members);
    w.barrier();
    model.begin(w, undefined);
    model.forward(w, undefined);
    model.decode(w, undefined);
    onBatch(members);
    model.loss(w, 1);
    w.barrier();
    own += w.kernels.sum(model.losses);
    w.barrier();
  }
  const nats = w.ranks.total(w, own);
  return { loss: nats / predictions, nats, predictions };
}
