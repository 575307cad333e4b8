// Splits tokens into batches for truncated back-propagation through time: N contiguous streams of S characters, each
// read in windows of T. Inputs are x[i], targets x[i+1], so one character more than N·T is needed.

import { CharrnnError, line, type Message, option } from '../errors.js';
import { formatCount } from '../format.js';
import type { Given } from '../options/option.js';
import type { Tokens } from './tokens.js';

/** N streams of S = ⌊(length−1)/N⌋ characters, in W = ⌊S/T⌋ windows each. The remainders at their ends are not read. */
export class Streams {
  /** Windows per epoch (W). */
  readonly windows: number;
  /** Characters per stream (S). */
  private readonly length: number;

  /**
   * @param tokens (length)
   * @param N streams
   * @param T characters per window
   */
  constructor(
    private readonly tokens: Tokens,
    N: number,
    private readonly T: number,
  ) {
    this.length = Math.floor((tokens.length - 1) / N);
    this.windows = windowsPerEpoch(tokens.length, { batch: N, sequence: T });
    if (!(this.windows > 0)) throw new RangeError(`${N} streams in windows of ${T} from ${tokens.length} tokens`);
  }

  /**
   * Copies window 0…W−1 of some streams: inputs and targets (T·n), time-major, number i of these n streams at step t in
   * t·n + i.
   */
  fill(window: number, streams: readonly number[], inputs: Int32Array, targets: Int32Array): void {
    const { T, tokens } = this;
    const n = streams.length;
    streams.forEach((stream, i) => {
      const start = stream * this.length + window * T;
      for (let t = 0; t < T; t++) {
        inputs[t * n + i] = tokens[start + t];
        targets[t * n + i] = tokens[start + t + 1];
      }
    });
  }
}

/** The windows of T characters in each of N streams of a text. */
export const windowsPerEpoch = (length: number, { batch, sequence }: BatchShape): number =>
  Math.floor(Math.floor((length - 1) / batch) / sequence);

/** Batch size (N) and sequence length (T). */
export interface BatchShape {
  readonly batch: number;
  readonly sequence: number;
}

/** Windows that a stream keeps, if possible, when the batch size is reduced. */
const ENOUGH_WINDOWS = 4;

/**
 * Returns the batch shape for reading a text: the requested one or, if the text is too short, a smaller one, with a
 * notice. Keeps the values that the user gave; shrinks the batch first, then the sequence.
 *
 * @param length characters to train on
 * @param given the values of the two that the user gave
 * @throws CharrnnError (exit code 2) if the given values need more text
 * @throws RangeError for fewer than two characters, from which nothing can be learnt
 */
export function fit(
  name: string,
  length: number,
  { batch, sequence }: BatchShape,
  given: Given<BatchShape>,
  onNotice: (message: Message) => void,
): BatchShape {
  const predictions = length - 1;
  if (predictions < 1) throw new RangeError(`${length} characters to train on`);
  if (batch * sequence <= predictions) return { batch, sequence };
  const isFixed = { batch: given.batch !== undefined, sequence: given.sequence !== undefined };
  const leastBatch = isFixed.batch ? batch : 1;
  const T = isFixed.sequence ? sequence : Math.min(sequence, Math.floor(predictions / leastBatch));
  const N = isFixed.batch ? batch : Math.max(1, Math.floor(predictions / (ENOUGH_WINDOWS * T)));
  const subject = `${name}: ${formatCount(length)} characters to train on`;
  if (N * T < 1 || N * T > predictions) {
    const needed = formatCount(leastBatch * (isFixed.sequence ? sequence : 1) + 1);
    const remedy = isFixed.batch && isFixed.sequence ? 'lower either' : 'lower it';
    const [N, T] = [line`${option('batch')} ${batch}`, line`${option('sequence')} ${sequence}`];
    const wanted = isFixed.batch && isFixed.sequence ? line`${N} × ${T}` : isFixed.batch ? N : T;
    throw new CharrnnError(line`${subject}, but ${wanted} needs ${needed}; ${remedy}`, 2);
  }
  const fitting = line`${option('batch')} ${N} × ${option('sequence')} ${T}`;
  onNotice(line`${subject}, so ${fitting} instead of ${batch} × ${sequence}`);
  return { batch: N, sequence: T };
}

/** Fractions are counted in billionths, so that 0.07 of 100 is 7 although its double is not 7/100. */
const BILLION = 1_000_000_000;

/**
 * Returns the lengths of a text's two parts: the part to train on, and the part after it held out for validation.
 * Training gets exactly ⌊length·(1 − share)⌋ characters; if that holds out fewer than two, it gets all, with a notice.
 */
export function split(
  length: number,
  share: number,
  onNotice: (message: Message) => void,
): { training: number; validation: number } {
  const kept = BigInt(BILLION - Math.round(share * BILLION));
  const training = Number((BigInt(length) * kept) / BigInt(BILLION));
  const validation = length - training;
  if (validation >= 2) return { training, validation };
  if (share > 0) {
    const few = `${formatCount(length)} characters are too few for`;
    onNotice(line`${few} ${option('validation')} ${share}; none are held out`);
  }
  return { training: length, validation: 0 };
}
