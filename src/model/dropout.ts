import type { Kernels, Range, Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { Purpose, type RandomKey, randomKey } from '../random.js';

/** One key for each layer, of one training step; undefined outside training, where nothing is dropped. */
export type DropoutKeys = readonly RandomKey[] | undefined;

/** The keys of a step: masks depend on seed, step, layer and element only. */
export function dropoutKeys(seed: number, step: number, layers: number): DropoutKeys {
  const high = Math.floor(step / 2 ** 32);
  return Array.from({ length: layers }, (_, layer) => randomKey(seed, Purpose.dropout, high, step, layer));
}

/**
 * The output of a layer as the one above reads it. In training each element is dropped with probability `rate` and
 * the others are scaled by 1/(1 − rate), so that nothing changes when the model is used (inverted dropout, Srivastava
 * and others, 2014). The mask is made again in the backward pass, from the same key.
 */
export class Connection {
  private readonly dropped: Tensor;

  /** @param h the output (T·N, H) of layer number `layer` */
  constructor(
    plan: Plan,
    private readonly layer: number,
    private readonly h: Tensor,
    private readonly rate: number,
  ) {
    this.dropped = rate > 0 ? plan.tensor(`layer${layer}.dropped`, ...h.shape) : h;
  }

  /** What the layer above reads (T·N, H). */
  value(keys: DropoutKeys): Tensor {
    return keys ? this.dropped : this.h;
  }

  /** Makes the rows in `range` ready for the layer above. */
  forward(k: Kernels, keys: DropoutKeys, { from, to }: Range): void {
    if (!keys || this.rate === 0) return;
    const first = from * this.h.shape[1];
    k.dropout(rows(this.h, from, to), rows(this.dropped, from, to), this.rate, keys[this.layer], first);
  }

  /** Turns the gradient of the value, dh (T·N, H), into that of the output, in the rows of `range`. */
  backward(k: Kernels, keys: DropoutKeys, dh: Tensor, { from, to }: Range): void {
    if (!keys || this.rate === 0) return;
    const gradient = rows(dh, from, to);
    k.dropout(gradient, gradient, this.rate, keys[this.layer], from * this.h.shape[1]);
  }
}
