// The interface between the mathematics of the network and the memory it runs on. This file has no imports.
//
// Shapes: N batch size · T sequence length · D input size · H hidden size · V vocabulary size · G gates of a cell;
// R is any number of rows (N, or T·N), K and M are any numbers of columns.
//
// Every kernel accumulates in a fixed order that depends neither on the row nor on how rows are divided among threads,
// so the same inputs produce the same bits for any number of threads.

/** The name and shape of a tensor. */
export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A named array in a plan: float32 numbers or indices, row-major; `offset` and `size` are in elements. */
export interface Tensor extends TensorShape {
  readonly offset: number;
  readonly size: number;
}

/** The start value of a matrix product: zero, the content of `out`, or a bias (M) in every row. */
export type Start = 'zero' | 'accumulate' | Tensor;

/** A half-open range of columns or elements. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The values that an optimizer needs for step t, counted from 1. */
export interface UpdateRule {
  readonly optimizer: 'sgd' | 'rmsprop' | 'adagrad' | 'adam' | 'adamw';
  readonly learningRate: number;
  /** Decoupled decay, already multiplied by the learning rate: w ← w − decay·w. */
  readonly decay: number;
  /** Momentum of sgd, β₁ of adam. */
  readonly beta1: number;
  /** α of rmsprop, β₂ of adam. */
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ of adam, 1 elsewhere. */
  readonly correction1: number;
  readonly correction2: number;
}

export interface Kernels {
  /** The backend's name, for messages. */
  readonly name: string;

  // Host data is passed in and out only through these.
  /** Copies `x` to the host, into `out` if given. */
  read(x: Tensor, out?: Float32Array): Float32Array | Float64Array;
  /** Copies `values` (x.size of them) into `x`. */
  write(x: Tensor, values: ArrayLike<number>): void;
  /** As `read` and `write`, for a tensor of indices. */
  readIndices(x: Tensor): Int32Array;
  writeIndices(x: Tensor, values: ArrayLike<number>): void;

  zero(x: Tensor): void;
  copy(x: Tensor, out: Tensor): void;
  /** y += x */
  add(x: Tensor, y: Tensor): void;
  /** x *= factor, for the elements in `range` */
  scale(x: Tensor, factor: number, range: Range): void;
  /** x = min(max(x, −bound), bound), for the elements in `range` */
  clamp(x: Tensor, bound: number, range: Range): void;
  /** y += rate·(x − y), for the elements in `range`: a moving average of x. */
  blend(x: Tensor, y: Tensor, rate: number, range: Range): void;
  /** Σ x, summed in double precision. */
  sum(x: Tensor): number;
  /** partials[i] = Σ x² over the elements block·i … block·(i+1) − 1 of x, for the i in `blocks`. */
  sumOfSquares(x: Tensor, block: number, partials: Tensor, blocks: Range): void;

  /** Rearranges w (K,M) into the form that `matmul` reads fastest. */
  pack(w: Tensor, packed: Tensor): void;
  /** As `pack`, but of the transpose: w (M,K) is packed as (K,M). */
  packTransposed(w: Tensor, packed: Tensor): void;
  /** out (R,M) = start + x (R,K) · w (K,M), with w packed. */
  matmul(x: Tensor, packed: Tensor, out: Tensor, start: Start): void;
  /** dw (K,M) += x (R,K)ᵀ · dy (R,M), only the columns of dw in `columns`. */
  matmulTransposed(x: Tensor, dy: Tensor, dw: Tensor, columns: Range, scratch: Tensor): void;
  /** db (M) += Σ rows of dy (R,M), only the columns in `columns`. */
  sumRows(dy: Tensor, db: Tensor, columns: Range): void;

  /** out (R,M) = w (V,M) rows at indices (R) + bias (M): the product of one-hot rows with w. */
  gather(w: Tensor, indices: Tensor, bias: Tensor, out: Tensor): void;
  /** dw (V,M) rows at indices (R) += dy (R,M), only the columns in `columns`. */
  scatterAdd(dy: Tensor, indices: Tensor, dw: Tensor, columns: Range): void;

  /** h (R,H) = tanh(a (R,H)). */
  rnnForward(a: Tensor, h: Tensor): void;
  /** da (R,H) = (1 − h²)∘dh; h, dh (R,H). */
  rnnBackward(h: Tensor, dh: Tensor, da: Tensor): void;
  /**
   * a (R,4H), column blocks i f o g, becomes the gates σ(i) σ(f) σ(o) tanh(g); then
   * c = f∘c0 + i∘g, tanhC = tanh(c), h = o∘tanhC; all (R,H).
   */
  lstmForward(a: Tensor, c0: Tensor, c: Tensor, tanhC: Tensor, h: Tensor): void;
  /** gates (R,4H) become da (R,4H); dh (R,H) is read; dc (R,H) holds dc on entry and dc0 on return. */
  lstmBackward(gates: Tensor, c0: Tensor, tanhC: Tensor, dh: Tensor, dc: Tensor): void;
  /**
   * ax (R,3H) = x·Wx + b and ah (R,3H) = h0·Wh + bh, column blocks r z n; ax becomes the gates
   * r = σ(ax+ah), z = σ(ax+ah), n = tanh(ax + r∘ah); h = (1−z)∘n + z∘h0; h0, h (R,H).
   */
  gruForward(ax: Tensor, ah: Tensor, h0: Tensor, h: Tensor): void;
  /**
   * gates (R,3H) become dax, ah becomes dah (both (R,3H)); dh (R,H) is read; dh0 (R,H) = z∘dh, the part of
   * the gradient that reaches h0 directly (the part through h0·Wh is a matrix product, left to the cell).
   */
  gruBackward(gates: Tensor, ah: Tensor, h0: Tensor, dh: Tensor, dh0: Tensor): void;

  /**
   * out = x∘mask/(1−rate): element e (counted from `first`) is kept when its random number, a function of
   * `key` and e alone, is at least `rate`. The same call on a gradient is the backward pass.
   */
  dropout(x: Tensor, out: Tensor, rate: number, key: readonly [number, number], first: number): void;

  /**
   * Softmax cross-entropy of logits (R,V) at targets (R): losses (R) in nats; logits become their gradient
   * (softmax − one-hot)·scale. A negative target has no loss and no gradient.
   */
  crossEntropy(logits: Tensor, targets: Tensor, losses: Tensor, scale: number): void;

  /** One optimizer step on w with gradient dw and moments m, v (all (P)), for the elements in `range`. */
  update(w: Tensor, dw: Tensor, m: Tensor, v: Tensor, rule: UpdateRule, range: Range): void;
}
