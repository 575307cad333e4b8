import type { LanguageModel } from '../model/language-model.js';
import type { Worker } from '../model/team.js';

/**
 * Reads one stream of symbols, T at a time, and tells what each costs behind all that was read before. Symbols may come
 * in pieces of any size: a segment that is not complete is read again when more of it is there.
 */
export class StreamReader {
  private readonly inputs: Int32Array;
  private readonly targets: Int32Array;
  /** The symbol before the present segment. */
  private before: number | undefined;
  /** The symbols of the present segment that are scored. */
  private pending: number[] = [];

  /**
   * @param model with a batch of one
   * @param afterSegment what follows a whole segment, whose losses and activations are in the model
   */
  constructor(
    private readonly model: LanguageModel,
    private readonly w: Worker,
    private readonly afterSegment: () => void,
  ) {
    const { sequence } = model.settings;
    this.inputs = new Int32Array(sequence);
    this.targets = new Int32Array(sequence);
    this.reset();
  }

  /** Forgets all text. */
  reset(): void {
    this.model.reset(this.w);
    this.before = undefined;
    this.pending = [];
  }

  /** Nats of each symbol behind all that was read before; NaN for the very first, which nothing predicts. */
  read(symbols: ArrayLike<number>): Float64Array {
    const nats = new Float64Array(symbols.length).fill(Number.NaN);
    const { sequence } = this.model.settings;
    let at = 0;
    if (this.before === undefined && symbols.length > 0) this.before = symbols[at++];
    while (at < symbols.length) {
      const known = this.pending.length;
      for (let i = at; i < symbols.length && this.pending.length < sequence; i++) this.pending.push(symbols[i]);
      const losses = this.readSegment();
      nats.set(losses.subarray(known), at);
      at += this.pending.length - known;
      if (this.pending.length === sequence) this.endSegment();
    }
    return nats;
  }

  /** Nats of the pending symbols, behind the state at the beginning of the segment. */
  private readSegment(): Float64Array {
    const { model, w, inputs, targets, pending } = this;
    targets.fill(-1);
    for (let i = 0; i < pending.length; i++) {
      inputs[i] = i === 0 ? (this.before ?? 0) : pending[i - 1];
      targets[i] = pending[i];
    }
    w.kernels.writeIndices(model.inputs, inputs);
    w.kernels.writeIndices(model.targets, targets);
    model.forward(w, undefined);
    model.decode(w, undefined);
    model.loss(w, inputs.length);
    return Float64Array.from(w.kernels.read(model.losses).subarray(0, pending.length));
  }

  private endSegment(): void {
    this.before = this.pending.at(-1);
    this.pending = [];
    this.afterSegment();
  }
}
