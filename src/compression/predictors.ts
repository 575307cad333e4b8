// Models that predict the next symbol of several texts, which a compressor knows and a decompressor has just decoded: both
// must get the same bits.

import type { Checkpoint } from '../checkpoint/checkpoint.js';
import type { SharedBackend } from '../kernels/backend.js';
import { parameterSource } from '../sampling/accelerating-instance.js';
import { Sampler } from '../sampling/sampler.js';
import { type DynamicOptions, DynamicReader } from '../scoring/dynamic.js';

export interface Predictor {
  /** Logits (N, V) of the next symbol of each text; all equal at the start. */
  readonly next: Float32Array;
  /** Reads a symbol of each text (N). */
  feed(symbols: Int32Array): void;
}

/** Predicts several texts in parallel. */
export const fixedPredictor = (checkpoint: Checkpoint, texts: number, backend: SharedBackend): Predictor =>
  new Sampler(checkpoint.model, parameterSource(checkpoint.parameters), { texts, backend });

/**
 * Predicts one text, and learns from each of its segments. A segment is read twice: symbol by symbol to predict, and
 * as a whole to learn from it, as dynamic evaluation does.
 */
export class DynamicPredictor implements Predictor {
  private readonly reader: DynamicReader;
  private readonly stepper: Sampler;
  private pending: number[] = [];
  /** Symbols until the reader learns: it reads one more before its first segment. */
  private left: number;

  constructor(
    checkpoint: Checkpoint,
    private readonly options: DynamicOptions,
    backend: SharedBackend,
  ) {
    this.reader = new DynamicReader(checkpoint, options);
    this.stepper = new Sampler(checkpoint.model, parameterSource(checkpoint.parameters), { backend });
    this.left = options.segment + 1;
  }

  get next(): Float32Array {
    return this.stepper.next;
  }

  feed(symbols: Int32Array): void {
    const { reader, stepper, pending } = this;
    pending.push(symbols[0]);
    this.left--;
    if (this.left > 0) {
      stepper.feed(symbols);
      return;
    }
    reader.read(pending);
    this.pending = [];
    this.left = this.options.segment;
    // The last symbol of a segment is the first input of the next.
    stepper.adopt(reader.weights, reader.memory);
    stepper.feed(symbols);
  }
}
