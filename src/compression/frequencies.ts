// Distributions as a range coder needs them: whole frequencies of at least 1.

import { CharrnnError } from '../errors.js';
import { exp } from '../mathematics.js';
import { LARGEST_TOTAL, type RangeDecoder, type RangeEncoder, type Slot } from './range-coder.js';

export abstract class Frequencies {
  /** The sum of all frequencies. */
  protected total = 0;
  /** By symbol; 0 for one that never occurs. */
  protected abstract readonly counts: Int32Array;

  encode(symbol: number, encoder: RangeEncoder): void {
    encoder.encode(this.slotOf(symbol), this.total);
  }

  decode(decoder: RangeDecoder): number {
    const target = decoder.target(this.total);
    let [symbol, end] = [0, this.counts[0]];
    while (end <= target) end += this.counts[++symbol];
    const size = this.counts[symbol];
    decoder.advance({ start: end - size, size }, this.total);
    return symbol;
  }

  private slotOf(symbol: number): Slot {
    let start = 0;
    for (let i = 0; i < symbol; i++) start += this.counts[i];
    return { start, size: this.counts[symbol] };
  }
}

/** What a network predicts: the softmax of its logits. */
export class PredictedFrequencies extends Frequencies {
  protected readonly counts: Int32Array;
  private readonly weights: Float64Array;

  /** @param first the first symbol that can occur */
  constructor(
    V: number,
    private readonly first: number,
  ) {
    super();
    this.counts = new Int32Array(V);
    this.weights = new Float64Array(V);
  }

  /** @param at where the logits (V) begin @throws CharrnnError when one is not finite */
  set(logits: Float32Array, at: number): void {
    const { counts, weights, first } = this;
    const V = counts.length;
    let largest = Number.NEGATIVE_INFINITY;
    for (let i = first; i < V; i++) if (logits[at + i] > largest) largest = logits[at + i];
    let sum = 0;
    for (let i = first; i < V; i++) {
      weights[i] = exp(logits[at + i] - largest);
      sum += weights[i];
    }
    if (!Number.isFinite(sum)) {
      throw new CharrnnError("the model's output is not finite; its weights are too large, use another checkpoint");
    }
    const scale = (LARGEST_TOTAL - V) / sum;
    this.total = 0;
    for (let i = first; i < V; i++) {
      counts[i] = 1 + Math.floor(weights[i] * scale);
      this.total += counts[i];
    }
  }
}

/** What has occurred so far, the latest most of all. */
export class AdaptiveFrequencies extends Frequencies {
  protected readonly counts: Int32Array;

  /** @param weight of what occurs, where 1 is that of a symbol that has not occurred @param most sum to remember */
  constructor(
    size: number,
    private readonly weight: number,
    private readonly most: number,
  ) {
    super();
    this.counts = new Int32Array(size).fill(1);
    this.total = size;
  }

  add(symbol: number): void {
    const { counts } = this;
    counts[symbol] += this.weight;
    this.total += this.weight;
    if (this.total <= this.most) return;
    this.total = 0;
    for (let i = 0; i < counts.length; i++) {
      counts[i] = (counts[i] + 1) >> 1;
      this.total += counts[i];
    }
  }
}
