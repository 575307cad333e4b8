import type { Range, Tensor } from '../kernels/kernels.js';
import { rows } from '../kernels/plan.js';
import { share, type Worker } from '../parallel/team.js';
import type { DropoutKeys } from './dropout.js';
import { type Affine, COLUMN_UNIT, type Projection } from './linear.js';

/** A projection of one-hot rows x, given as symbols (T·N): the product with W only selects rows of W. */
export class OneHot implements Projection {
  readonly packed = [];
  readonly preparations = [];

  constructor(
    private readonly symbols: Tensor,
    private readonly weights: Affine,
  ) {}

  forward(w: Worker, _keys: DropoutKeys, y: Tensor, { from, to }: Range): void {
    w.kernels.gather(this.weights.W, rows(this.symbols, from, to), this.weights.b, rows(y, from, to));
  }

  backward(): void {}

  weightGradients(w: Worker, _keys: DropoutKeys, dy: Tensor): void {
    const { dW, db } = this.weights;
    if (!dW || !db) return;
    const columns = share(dy.shape[1], w, COLUMN_UNIT);
    w.kernels.scatterAdd(dy, rows(this.symbols, 0, dy.shape[0]), dW, columns);
    w.kernels.sumRows(dy, db, columns);
  }
}
