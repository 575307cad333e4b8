import type { Backend } from '../kernels/backend.js';
import type { Tensor } from '../kernels/kernels.js';
import { type Plan, rows } from '../kernels/plan.js';
import { share, type Team, type Worker } from '../parallel/team.js';
import type { Cell, RecurrentWeights, StepArrays } from './cell.js';
import type { DropoutKeys } from './dropout.js';
import type { Extent } from './extent.js';
import { COLUMN_UNIT, Packed, type Preparation, type Projection } from './linear.js';

/** Batch size, sequence length, hidden size. */
export interface LayerSizes {
  readonly N: number;
  readonly T: number;
  readonly H: number;
}

/** The recurrent weights of a layer and their gradients. */
export interface RecurrentParameters {
  readonly Wh: Tensor;
  readonly bh: Tensor | undefined;
  readonly dWh: Tensor | undefined;
  readonly dbh: Tensor | undefined;
}

/** A state that is carried from one sequence to the next; all tensors (N,H). */
export interface CarriedState {
  readonly name: string;
  /** Before the first step of the sequence. */
  readonly initial: Tensor;
  /** After the last step of a full sequence. */
  readonly final: Tensor;
  /** Before each step, and after the last (T·N + N, H). */
  readonly values: Tensor;
  /** The gradient of the initial state. */
  readonly gradient: Tensor;
}

/** Where a layer stands in a network. */
export interface LayerPlace {
  /** The name of its tensors: `layer0`. */
  readonly name: string;
  /** Its number among all of the network's layers, for random numbers. */
  readonly number: number;
}

/** A recurrent layer over a sequence: the product of all inputs at once, then the cell step by step. */
export class RecurrentLayer {
  /** The output of all steps (T·N, H). */
  readonly output: Tensor;
  readonly states: readonly CarriedState[];
  /** The arrays of a sequence that are kept between forward and backward. */
  readonly activations: readonly Tensor[];
  readonly packed: readonly Tensor[];
  readonly preparations: readonly Preparation[];
  /**
   * Called before the backward step of each time step t, with its arrays: `dh` is the whole gradient of its output then,
   * from later steps and from the layers above, and the gates are not overwritten yet.
   */
  onBackwardStep: ((t: number, step: StepArrays) => void) | undefined;

  /** x·Wx + b of all steps (T·N, G·H), which ends as its gradient. */
  private readonly product: Tensor;
  /** The array that ends as the gradient of h·Wh (T·N, G·H). */
  private readonly recurrentProduct: Tensor;
  /** The state before each step (T·N, H). */
  private readonly before: Tensor;
  private readonly steps: () => readonly StepArrays[];
  private readonly recurrent: RecurrentMatrix;
  private readonly recurrentWeights: RecurrentWeights;

  /**
   * @param dh (T·N, H) the gradient of the output; all layers share it, because they go backward one at a time
   * @param weightDrop fraction of the recurrent weights dropped in training
   */
  constructor(
    plan: Plan,
    backend: Backend,
    place: LayerPlace,
    private readonly cell: Cell,
    { N, T, H }: LayerSizes,
    private readonly input: Projection,
    private readonly weights: RecurrentParameters,
    private readonly dh: Tensor,
    private readonly extent: Extent,
    team: Team,
    weightDrop: number,
  ) {
    const { perStep, recurrent, states, shared } = cell.arrays;
    const layOut = (name: string, ...shape: number[]) => plan.tensor(`${place.name}.${name}`, ...shape);
    const dh0 = layOut('dh0', N, H);
    const carried = layOutAll(['h', ...states], (name) => layOut(name, (T + 1) * N, H));
    const ofSteps = layOutAll(Object.keys(perStep), (name) => layOut(name, T * N, perStep[name] * H));
    const ofAll = layOutAll(shared, (name) => layOut(name, N, H));

    this.before = rows(carried.h, 0, T * N);
    this.output = rows(carried.h, N, (T + 1) * N);
    this.product = Object.values(ofSteps)[0];
    this.recurrentProduct = ofSteps[recurrent];
    this.activations = [carried, ofSteps].flatMap((arrays) => Object.values(arrays));
    this.states = Object.entries(carried).map(([name, values]) => ({
      name: `${place.name}.${name}`,
      initial: rows(values, 0, N),
      final: rows(values, T * N, (T + 1) * N),
      values,
      gradient: name === 'h' ? dh0 : ofAll[`d${name}`],
    }));
    this.steps = once(() => {
      const own = share(N, team);
      const at = (x: Tensor, t: number): Tensor => rows(x, t * N + own.from, t * N + own.to);
      return Array.from({ length: T }, (_, t) => {
        const step: Record<string, Tensor> = {
          dh: at(dh, t),
          dh0: t > 0 ? at(dh, t - 1) : at(dh0, 0),
        };
        // Step t reads the states at t and writes those at t+1.
        for (const [name, x] of Object.entries(carried))
          Object.assign(step, { [`${name}0`]: at(x, t), [name]: at(x, t + 1) });
        for (const [name, x] of Object.entries(ofSteps)) step[name] = at(x, t);
        for (const [name, x] of Object.entries(ofAll)) step[name] = at(x, 0);
        return step as StepArrays;
      });
    });
    this.recurrent = new RecurrentMatrix(plan, backend, place.number, weights.Wh, weights.dWh, weightDrop);
    this.recurrentWeights = { Wh: this.recurrent.matrix, WhTransposed: this.recurrent.transposed, bh: weights.bh };
    this.packed = [...input.packed, ...this.recurrent.packed];
    this.preparations = [...input.preparations, ...this.recurrent.preparations];
  }

  /** Computes the products of the inputs of all steps, then the recurrence through time, for this worker's streams. */
  forward(w: Worker, keys: DropoutKeys): void {
    for (const range of this.extent.ranges()) this.input.forward(w, keys, this.product, range);
    for (let t = 0; t < this.extent.steps; t++) {
      const step = this.stepAt(t);
      if (step) this.cell.forward(w.kernels, this.recurrentWeights, step);
    }
  }

  /**
   * Goes back through time: dh of the output becomes da of every step and the gradient of the initial state; then dh
   * becomes the gradient of the layer below. For this worker's streams.
   * @param finals gradients of the final states (N,H), in the order of `states`; zero if not given
   */
  backward(w: Worker, keys: DropoutKeys, finals?: readonly Tensor[]): void {
    const { extent } = this;
    const { kernels } = w;
    this.states.forEach(({ gradient }, i) => {
      // The state h gets its gradient where the sequence ends, any other one here.
      if (finals && i > 0) kernels.copy(ownRows(finals[i], w), ownRows(gradient, w));
      else kernels.zero(ownRows(gradient, w));
    });
    if (finals) this.addAtEnds(w, finals[0]);
    for (const range of extent.gaps()) {
      for (const product of new Set([this.product, this.recurrentProduct])) {
        kernels.zero(rows(product, range.from, range.to));
      }
    }
    for (let t = extent.steps - 1; t >= 0; t--) {
      const step = this.stepAt(t);
      if (!step) continue;
      this.onBackwardStep?.(t, step);
      this.cell.backward(kernels, this.recurrentWeights, step);
    }
    for (const range of extent.ranges()) this.input.backward(w, keys, this.product, this.dh, range);
  }

  /** Adds rows of x (N,H) to the gradient of each stream's last output. */
  private addAtEnds({ kernels }: Worker, x: Tensor): void {
    const { from, to } = this.extent.streams();
    for (let n = from; n < to; n++) {
      const last = this.extent.lastRow(n);
      kernels.add(rows(x, n, n + 1), rows(this.dh, last, last + 1));
    }
  }

  /** The arrays of step t for this worker's streams; undefined if it has none. */
  private stepAt(t: number): StepArrays | undefined {
    const step = this.steps()[t];
    const [whole, count] = [step.h.shape[0], this.extent.countAt(t)];
    if (count === whole) return whole > 0 ? step : undefined;
    if (count === 0) return undefined;
    return Object.fromEntries(Object.entries(step).map(([name, x]) => [name, rows(x, 0, count)])) as StepArrays;
  }

  /** Sums weight gradients over all steps and streams in one fixed order: each worker sums its own columns. */
  weightGradients(w: Worker, keys: DropoutKeys): void {
    const [before, da, product] = [this.before, this.recurrentProduct, this.product].map((x) =>
      rows(x, 0, this.extent.rows),
    );
    this.input.weightGradients(w, keys, product);
    this.recurrent.weightGradients(w, before, da);
    const { dbh } = this.weights;
    if (dbh) w.kernels.sumRows(da, dbh, share(dbh.size, w, COLUMN_UNIT));
  }

  /** Takes the gradient of the dropped weights away, once for each step. */
  dropGradients(w: Worker, keys: DropoutKeys): void {
    this.recurrent.dropGradients(w, keys);
  }

  /** Copies the final state to the initial state; the streams must fill the whole sequence. */
  carry(w: Worker): void {
    for (const { initial, final } of this.states) w.kernels.copy(ownRows(final, w), ownRows(initial, w));
  }

  /** State number `state` of stream n after its last step (1,H). */
  finalOf(state: number, n: number): Tensor {
    const { values } = this.states[state];
    const row = this.extent.lastRow(n) + this.states[state].initial.shape[0];
    return rows(values, row, row + 1);
  }
}

/** Lays out tensors by name, in order. */
const layOutAll = (names: readonly string[], layOut: (name: string) => Tensor): Record<string, Tensor> =>
  Object.fromEntries(names.map((name) => [name, layOut(name)]));

/** Returns the rows of x (N, ·) that belong to this worker's streams. */
export function ownRows(x: Tensor, team: Team): Tensor {
  const { from, to } = share(x.shape[0], team);
  return rows(x, from, to);
}

/** Computes a value on first use: a layout that is only measured never needs its steps. */
export function once<R>(make: () => R): () => R {
  let made: { readonly value: R } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

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

  /** dWh += h0ᵀ·da, in this worker's columns. */
  weightGradients(w: Worker, h0: Tensor, da: Tensor): void {
    const { dWh } = this;
    if (dWh) w.kernels.matmulTransposed(h0, da, dWh, share(dWh.shape[1], w, COLUMN_UNIT), w.scratch);
  }

  /** Takes the gradient of the dropped weights away, in this worker's columns. Once for each step. */
  dropGradients(w: Worker, keys: DropoutKeys): void {
    const { dWh } = this;
    if (!dWh || !keys || this.rate === 0) return;
    const [H, M] = dWh.shape;
    const columns = share(M, w, COLUMN_UNIT);
    if (columns.from === columns.to) return;
    for (let j = 0; j < H; j++) {
      const own = { ...rows(dWh, j, j + 1), offset: dWh.offset + j * M + columns.from };
      const part = { ...own, shape: [1, columns.to - columns.from], size: columns.to - columns.from };
      w.kernels.dropout(part, part, this.rate, keys.weights[this.layer], j * M + columns.from);
    }
  }
}
