import type { Kernels, Range, Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { Purpose, type RandomKey, randomKey } from '../random.js';
import type { Extent } from './extent.js';

/** What is dropped from a network in training. */
export interface DropoutSettings {
  /** Fraction of the outputs of each layer. */
  readonly dropout: number;
  /** Whether each stream has the same mask at all steps of a sequence (variational dropout). */
  readonly locked?: boolean;
  /** Fraction of the recurrent weights. */
  readonly weightDrop?: number;
}

/** The random keys of a batch in training, for each layer; undefined outside training, where nothing is dropped. */
export type DropoutKeys =
  | { readonly outputs: readonly RandomKey[]; readonly weights: readonly RandomKey[] }
  | undefined;

/**
 * Returns the keys of a batch for a network of so many layers: masks depend only on seed, number, layer and element.
 * @param step number of the step, from 1, which decides the weights that are dropped
 * @param batch number of the batch, from 1, which decides the outputs that are dropped; by default a step has one batch
 */
export function dropoutKeys(seed: number, step: number, layers: number, batch = step): DropoutKeys {
  const keys = (purpose: number, number: number): RandomKey[] =>
    Array.from({ length: layers }, (_, layer) => randomKey(seed, purpose, Math.floor(number / 2 ** 32), number, layer));
  return { outputs: keys(Purpose.dropout, batch), weights: keys(Purpose.weightDrop, step) };
}

/**
 * The output of a layer as the layer above reads it. In training, each element is dropped with probability `rate` and
 * the others are scaled by 1/(1 − rate), so inference needs no change (inverted dropout, Srivastava and others, 2014).
 * The backward pass recomputes the mask from the same key. A locked mask is that of the first step of the sequence
 * (variational dropout, Gal and Ghahramani, 2016).
 */
export class Connection {
  /** The activations of a sequence that it keeps in addition to the output itself. */
  readonly activations: readonly Tensor[];
  private readonly dropped: Tensor;

  /**
   * @param layer the layer's number among all of the network's layers, for its random numbers
   * @param h its output (T·N, H)
   * @param extent its N streams
   */
  constructor(
    plan: Plan,
    private readonly layer: number,
    private readonly h: Tensor,
    private readonly extent: Extent,
    private readonly settings: Pick<DropoutSettings, 'dropout' | 'locked'>,
  ) {
    this.dropped = settings.dropout > 0 ? plan.tensor(`${h.name} dropped`, ...h.shape) : h;
    this.activations = this.dropped === h ? [] : [this.dropped];
  }

  /** The array that the layer above reads (T·N, H). */
  value(keys: DropoutKeys): Tensor {
    return keys ? this.dropped : this.h;
  }

  /** Prepares the rows in `range` for the layer above. */
  forward(k: Kernels, keys: DropoutKeys, range: Range): void {
    this.drop(k, keys, this.h, this.dropped, range);
  }

  /** Turns the gradient of the value, dh (T·N, H), into that of the output, in the rows in `range`. */
  backward(k: Kernels, keys: DropoutKeys, dh: Tensor, range: Range): void {
    this.drop(k, keys, dh, dh, range);
  }

  private drop(k: Kernels, keys: DropoutKeys, x: Tensor, out: Tensor, range: Range): void {
    const { dropout, locked } = this.settings;
    if (!keys || dropout === 0) return;
    const key = keys.outputs[this.layer];
    const H = this.h.shape[1];
    const { N } = this.extent;
    const { all, numbers } = this.extent.numbers;
    // Where the numbers of streams and steps run on, so do those of the elements.
    const pieces = numbers ? eachRow(range) : locked ? stepsOf(range, N) : [range];
    for (const { from, to } of pieces) {
      const [t, n] = [Math.floor(from / N), from % N];
      const first = ((locked ? 0 : t * all) + (numbers?.[n] ?? n)) * H;
      k.dropout(rows(x, from, to), rows(out, from, to), dropout, key, first);
    }
  }
}

const eachRow = ({ from, to }: Range): Range[] =>
  Array.from({ length: to - from }, (_, i) => ({ from: from + i, to: from + i + 1 }));

/** Splits the rows of a sequence (T·N, ·) in `range` by step. */
function stepsOf({ from, to }: Range, N: number): Range[] {
  const steps: Range[] = [];
  for (let row = from; row < to; ) {
    const next = Math.min(to, (Math.floor(row / N) + 1) * N);
    steps.push({ from: row, to: next });
    row = next;
  }
  return steps;
}
