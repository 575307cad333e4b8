import type { Backend } from '../kernels/backend.js';
import type { Range, Tensor } from '../kernels/kernels.js';
import { type Plan, reshape, rows } from '../kernels/plan.js';
import { ownSequence, share, type Team, type Worker } from '../parallel/team.js';
import { type Cell, type CellMemory, type CellStep, type Dimensions, once, type RecurrentWeights } from './cell.js';
import type { DropoutKeys } from './dropout.js';
import { COLUMN_UNIT, Packed, type Preparation, type Projection } from './linear.js';

/**
 * The recurrent matrix Wh (H,G·H) of a layer, of which in training a share `rate` is dropped: the same weights in all
 * steps of a sequence, others in the next (DropConnect on the hidden-to-hidden weights, Merity and others, 2018).
 */
export class RecurrentMatrix {
  readonly preparations: readonly Preparation[];
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
      return;
    }
    const dropped = plan.tensor(`${Wh.name} dropped`, ...Wh.shape);
    this.preparations = [
      (k, keys) => {
        if (keys) k.dropout(Wh, dropped, rate, keys.weights[layer], 0);
        else k.copy(Wh, dropped);
        k.pack(dropped, this.matrix);
        k.packTransposed(dropped, this.transposed);
      },
    ];
  }

  /** dWh += h0ᵀ·da, and nothing for the weights that were dropped: this worker's columns. */
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

/** A state tensor that is carried from one sequence to the next; all (N,H). */
export interface CarriedState {
  readonly name: string;
  /** Before the first step of the sequence. */
  readonly initial: Tensor;
  /** After its last step. */
  readonly final: Tensor;
  /** The gradient of the initial state. */
  readonly gradient: Tensor;
}

/** The recurrent weights of a layer and their gradients. */
export interface RecurrentParameters {
  readonly Wh: Tensor;
  readonly bh: Tensor | undefined;
  readonly dWh: Tensor | undefined;
  readonly dbh: Tensor | undefined;
}

/** One recurrent layer over a sequence: the product of all inputs at once, then the cell step by step. */
export class RecurrentLayer {
  /** The output of all steps (T·N, H). */
  readonly output: Tensor;
  readonly states: readonly CarriedState[];
  readonly preparations: readonly Preparation[];

  private readonly memory: CellMemory;
  /** The state before each step (T·N, H). */
  private readonly before: Tensor;
  private readonly steps: () => readonly CellStep[];
  private readonly recurrent: RecurrentMatrix;
  private readonly packed: RecurrentWeights;
  private readonly ownSequence: () => readonly Range[];

  /**
   * @param layer its number
   * @param dh (T·N, H) the gradient of the output; shared by all layers, of which one at a time goes backward
   * @param weightDrop share of the recurrent weights that is dropped in training
   */
  constructor(
    plan: Plan,
    backend: Backend,
    layer: number,
    cell: Cell,
    sizes: Dimensions,
    private readonly input: Projection,
    private readonly weights: RecurrentParameters,
    private readonly dh: Tensor,
    team: Team,
    weightDrop: number,
  ) {
    const name = `layer${layer}`;
    const { N, T, H } = sizes;
    const h = plan.tensor(`${name}.h`, T + 1, N, H);
    const dh0 = plan.tensor(`${name}.dh0`, N, H);
    this.before = reshape(rows(h, 0, T), T * N, H);
    this.output = reshape(rows(h, 1, T + 1), T * N, H);
    this.memory = cell.layOut(plan, name, sizes, { h, dh, dh0 });
    this.steps = once(() => this.memory.steps(share(N, team)));
    this.ownSequence = once(() => ownSequence(T, N, team));
    this.states = [{ name: 'h', values: h, gradient: dh0 }, ...this.memory.states].map((state) => ({
      name: `${name}.${state.name}`,
      initial: reshape(rows(state.values, 0, 1), N, H),
      final: reshape(rows(state.values, T, T + 1), N, H),
      gradient: state.gradient,
    }));
    this.recurrent = new RecurrentMatrix(plan, backend, layer, weights.Wh, weights.dWh, weightDrop);
    this.packed = { Wh: this.recurrent.matrix, WhTransposed: this.recurrent.transposed, bh: weights.bh };
    this.preparations = [...input.preparations, ...this.recurrent.preparations];
  }

  /** The products of the inputs of all steps, then the recurrence through time: this worker's streams. */
  forward(w: Worker, keys: DropoutKeys): void {
    for (const range of this.ownSequence()) this.input.forward(w, keys, this.memory.a, range);
    for (const step of this.steps()) step.forward(w.kernels, this.packed);
  }

  /**
   * Back through time: dh of the output becomes da of every step and the gradient of the initial state; then dh becomes
   * the gradient of the layer below. This worker's streams.
   */
  backward(w: Worker, keys: DropoutKeys): void {
    for (const { gradient } of this.states) w.kernels.zero(ownRows(gradient, w));
    const steps = this.steps();
    for (let t = steps.length - 1; t >= 0; t--) steps[t].backward(w.kernels, this.packed);
    for (const range of this.ownSequence()) this.input.backward(w, keys, this.memory.a, this.dh, range);
  }

  /** Weight gradients, summed over all steps and streams in one fixed order: each worker its own columns. */
  weightGradients(w: Worker, keys: DropoutKeys): void {
    this.input.weightGradients(w, keys, this.memory.a);
    this.recurrent.weightGradients(w, keys, this.before, this.memory.dah);
    const { dbh } = this.weights;
    if (dbh) w.kernels.sumRows(this.memory.dah, dbh, share(this.memory.dah.shape[1], w, COLUMN_UNIT));
  }

  /** The final state becomes the initial one. */
  carry(w: Worker): void {
    for (const { initial, final } of this.states) w.kernels.copy(ownRows(final, w), ownRows(initial, w));
  }
}

/** The rows of x (N, ·) that belong to this worker's streams. */
export function ownRows(x: Tensor, team: Team): Tensor {
  const { from, to } = share(x.shape[0], team);
  return rows(x, from, to);
}
