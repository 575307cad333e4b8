import type { Backend } from '../kernels/backend.js';
import type { Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { share, type Worker } from '../parallel/team.js';
import type { DropoutKeys } from './dropout.js';
import { COLUMN_UNIT, Packed, type Preparation } from './linear.js';

/**
 * The recurrent matrix Wh (H,G·H) of a layer. In training, a fraction `rate` of it is dropped: the same weights at all
 * steps of a sequence, others in the next (DropConnect on the hidden-to-hidden weights, Merity and others, 2018).
 */
export class RecurrentMatrix {
  readonly preparations: readonly Preparation[];
  readonly packed: readonly Tensor[];
  /** Packed for `matmul`. */
  readonly matrix: Tensor;
  readonly transposed: Tensor;

  constructor(
    plan: Plan,
    backend: Backend,
    private readonly layer: number,
    Wh: Tensor,
    private readonly dWh: Tensor | undefined,
    private readonly rate: number,
  ) {
    const isTraining = dWh !== undefined;
    const plain = new Packed(plan, backend, Wh, isTraining);
    this.matrix = plain.matrix;
    this.transposed = plain.transposed;
    if (!isTraining || rate === 0) {
      this.preparations = plain.preparations;
      this.packed = plain.packed;
      return;
    }
    const dropped = plan.tensor(`${Wh.name} dropped`, ...Wh.shape);
    this.packed = [...plain.packed, dropped];
    this.preparations = [
      (k, keys) => {
        if (keys) k.dropout(Wh, dropped, rate, keys.weights[layer], 0);
        else k.copy(Wh, dropped);
        k.pack(dropped, this.matrix);
        k.packTransposed(dropped, this.transposed);
      },
    ];
  }

  /** dWh += h0ᵀ·da, but nothing for dropped weights, in this worker's columns. */
  weightGradients(w: Worker, keys: DropoutKeys, h0: Tensor, da: Tensor): void {
    const { dWh } = this;
    if (!dWh) return;
    const [H, M] = dWh.shape;
    const columns = share(M, w, COLUMN_UNIT);
    w.kernels.matmulTransposed(h0, da, dWh, columns, w.scratch);
    if (!keys || this.rate === 0 || columns.from === columns.to) return;
    for (let j = 0; j < H; j++) {
      const own = { ...rows(dWh, j, j + 1), offset: dWh.offset + j * M + columns.from };
      const part = { ...own, shape: [1, columns.to - columns.from], size: columns.to - columns.from };
      w.kernels.dropout(part, part, this.rate, keys.weights[this.layer], j * M + columns.from);
    }
  }
}
