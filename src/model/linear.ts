import type { Backend } from '../kernels/backend.js';
import type { Kernels, Range, Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { share, type Worker } from '../parallel/team.js';
import type { Connection, DropoutKeys } from './dropout.js';

/** Weight gradients are shared out in units of this many columns: a cache line, and a panel of the fast kernels. */
export const COLUMN_UNIT = 16;

/** Work to do before a step, once the weights are known. */
export type Preparation = (k: Kernels, keys: DropoutKeys) => void;

/** The weights of y = x·W + b, W (D,M), b (M), and their gradients in training. */
export interface Affine {
  readonly W: Tensor;
  readonly b: Tensor;
  readonly dW: Tensor | undefined;
  readonly db: Tensor | undefined;
}

/**
 * y (T·N, M) = x·W + b for all steps of a sequence at once. Workers share the rows by streams, the weight gradients by
 * columns.
 */
export interface Projection {
  /** The weights in the form that matrix products read. */
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];
  /** Computes the rows of y in `range`. */
  forward(w: Worker, keys: DropoutKeys, y: Tensor, range: Range): void;
  /** Computes the rows of dx in `range` from dy; does nothing if x are symbols. */
  backward(w: Worker, keys: DropoutKeys, dy: Tensor, dx: Tensor, range: Range): void;
  /** dW += xᵀ·dy and db += Σ dy, for as many rows as dy has: this worker's columns. */
  weightGradients(w: Worker, keys: DropoutKeys, dy: Tensor): void;
}

/** A matrix and, in training, its transpose, in the form that `matmul` reads. */
export class Packed {
  readonly preparations: Preparation[];
  readonly packed: readonly Tensor[];
  readonly matrix: Tensor;
  readonly transposed: Tensor;

  constructor(plan: Plan, backend: Backend, W: Tensor, training: boolean) {
    const [K, M] = W.shape;
    const pack = (suffix: string, size: number) => plan.tensor(`${W.name} ${suffix}`, size);
    this.matrix = pack('packed', backend.packedSize(K, M));
    this.transposed = pack('packed transposed', training ? backend.packedSize(M, K) : 0);
    this.packed = [this.matrix, this.transposed];
    this.preparations = [(k) => k.pack(W, this.matrix)];
    if (training) this.preparations.push((k) => k.packTransposed(W, this.transposed));
  }
}

/** A projection of real numbers x (T·N, D) that the network is given. */
export class LinearInput implements Projection {
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];
  private readonly W: Packed;

  constructor(
    plan: Plan,
    backend: Backend,
    private readonly x: Tensor,
    private readonly weights: Affine,
  ) {
    this.W = new Packed(plan, backend, weights.W, false);
    this.packed = this.W.packed;
    this.preparations = this.W.preparations;
  }

  forward(w: Worker, _keys: DropoutKeys, y: Tensor, { from, to }: Range): void {
    w.kernels.matmul(rows(this.x, from, to), this.W.matrix, rows(y, from, to), this.weights.b);
  }

  backward(): void {}

  weightGradients(w: Worker, _keys: DropoutKeys, dy: Tensor): void {
    const { dW, db } = this.weights;
    if (!dW || !db) return;
    const columns = share(dy.shape[1], w, COLUMN_UNIT);
    w.kernels.matmulTransposed(rows(this.x, 0, dy.shape[0]), dy, dW, columns, w.scratch);
    w.kernels.sumRows(dy, db, columns);
  }
}

/** A projection of real numbers x (T·N, D): the output of a layer. */
export class Dense implements Projection {
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];
  private readonly W: Packed;

  constructor(
    plan: Plan,
    backend: Backend,
    private readonly source: Connection,
    private readonly weights: Affine,
  ) {
    this.W = new Packed(plan, backend, weights.W, weights.dW !== undefined);
    this.packed = this.W.packed;
    this.preparations = this.W.preparations;
  }

  forward(w: Worker, keys: DropoutKeys, y: Tensor, { from, to }: Range): void {
    this.source.forward(w.kernels, keys, { from, to });
    const x = rows(this.source.value(keys), from, to);
    w.kernels.matmul(x, this.W.matrix, rows(y, from, to), this.weights.b);
  }

  backward(w: Worker, keys: DropoutKeys, dy: Tensor, dx: Tensor, { from, to }: Range): void {
    w.kernels.matmul(rows(dy, from, to), this.W.transposed, rows(dx, from, to), 'zero');
    this.source.backward(w.kernels, keys, dx, { from, to });
  }

  weightGradients(w: Worker, keys: DropoutKeys, dy: Tensor): void {
    const { dW, db } = this.weights;
    if (!dW || !db) return;
    const columns = share(dy.shape[1], w, COLUMN_UNIT);
    const x = rows(this.source.value(keys), 0, dy.shape[0]);
    w.kernels.matmulTransposed(x, dy, dW, columns, w.scratch);
    w.kernels.sumRows(dy, db, columns);
  }
}
