import type { RandomKey } from '../../random.js';
import type { Range, Start, Tensor, UpdateRule } from '../kernels.js';
import { rows } from '../plan.js';
import { GRADIENT_ROWS, WasmKernels } from '../wasm.js';
import { addressOf, type Entry, entry } from './executable.js';
import type { LeftOperand } from './left.js';
import { arrayArgument, INDICES, parameterArgument, ROW_BYTES, ROWS } from './loops.js';
import type { PointwiseKernel } from './pointwise.js';
import type { Target } from './processor.js';
import { highestTile, tilingOf } from './products.js';
import { Routines } from './routines.js';

/** An array of a pointwise kernel: its address, and bytes from one row to the next. */
type Rows = readonly [address: number, step: number];

/**
 * Rows of x that all panels of w are multiplied with before the next rows: 96 rows of 256 to 2,048 elements stay in the
 * second-level cache meanwhile, and few enough of them pass that the panels need not be read again for each.
 */
const ROW_BLOCK = 96;
/** Room for the arguments of any call, in units of 32 bits. */
const ARGUMENTS = 64;

/**
 * Kernels in machine code, as wide as the processor. They have the bits of WebAssembly, unless the target is fused. The
 * kernels that take next to no time are those of WebAssembly.
 */
export class NativeKernels extends WasmKernels {
  override readonly name: string;
  private readonly call: Entry;
  private readonly routines: Routines;
  private readonly most: number;
  /** The address of the memory in the process. */
  private readonly base: number;
  /** The arguments of the next call. */
  private readonly words = new Int32Array(new ArrayBuffer(4 * ARGUMENTS));
  private readonly numbers = new Float32Array(this.words.buffer);
  private readonly arguments: number;

  constructor(memory: WebAssembly.Memory, target: Target) {
    super(memory);
    this.name = target.fused ? 'fused' : 'native';
    this.call = entry();
    this.routines = Routines.for(target);
    this.most = highestTile(target);
    this.base = addressOf(new Uint8Array(memory.buffer));
    this.arguments = addressOf(this.words);
  }

  /** In blocks of rows, so that a tall x is read from the cache and not from memory for every panel. */
  override matmul(x: Tensor, packed: Tensor, out: Tensor, start: Start): void {
    const [R] = x.shape;
    if (R <= ROW_BLOCK) {
      super.matmul(x, packed, out, start);
      return;
    }
    for (let r = 0; r < R; r += ROW_BLOCK) {
      const end = Math.min(r + ROW_BLOCK, R);
      super.matmul(rows(x, r, end), packed, rows(out, r, end), start);
    }
  }

  protected override multiply(
    x: number,
    packed: number,
    out: number,
    outStride: number,
    R: number,
    K: number,
    M: number,
    start: number,
    startStride: number,
    operand: LeftOperand = 'rows',
  ): void {
    if (R === 0 || M === 0) return;
    const { rows: height, tall, short } = tilingOf(R, this.most);
    const { words } = this;
    // In the order of productArguments.
    words[0] = x;
    words[1] = operand === 'rows' ? K : R;
    words[2] = packed;
    words[3] = out;
    words[4] = outStride;
    words[5] = tall;
    words[6] = short;
    words[7] = K;
    words[8] = M;
    words[9] = start;
    words[10] = startStride;
    this.call(this.routines.product(height, operand), this.base, this.arguments);
  }

  /** In blocks of rows that are packed; the columns of x are read where they lie. */
  override matmulTransposed(x: Tensor, dy: Tensor, dw: Tensor, { from, to }: Range, scratch: Tensor): void {
    const [R, K] = x.shape;
    const M = dy.shape[1];
    const [columns, packed, out] = [to - from, this.at(scratch), this.at(dw, from)];
    for (let r = 0; r < R; r += GRADIENT_ROWS) {
      const rows = Math.min(GRADIENT_ROWS, R - r);
      this.run.pack(this.at(dy, r * M + from), M, rows, columns, packed);
      this.multiply(this.at(x, r * K), packed, out, M, K, rows, columns, out, M, 'columns');
    }
  }

  /** Runs a pointwise kernel on rows of `columns` elements. */
  private pointwise(
    name: PointwiseKernel,
    rows: number,
    columns: number,
    arrays: readonly Rows[],
    parameters: readonly number[] = [],
    indices = 0,
  ): void {
    const { words, numbers } = this;
    words[ROWS] = rows;
    words[ROW_BYTES] = 4 * columns;
    words[INDICES] = indices;
    for (let i = 0; i < arrays.length; i++) {
      const place = arrayArgument(i);
      words[place] = arrays[i][0];
      words[place + 1] = arrays[i][1];
    }
    const first = parameterArgument(arrays.length, 0);
    for (let i = 0; i < parameters.length; i++) numbers[first + i] = parameters[i];
    this.call(this.routines.pointwise(name), this.base, this.arguments);
  }

  override add(x: Tensor, y: Tensor): void {
    this.pointwise('add', 1, x.size, [
      [this.at(x), 0],
      [this.at(y), 0],
    ]);
  }

  override scale(x: Tensor, factor: number, { from, to }: Range): void {
    this.pointwise('scale', 1, to - from, [[this.at(x, from), 0]], [factor]);
  }

  override clamp(x: Tensor, bound: number, { from, to }: Range): void {
    this.pointwise('clamp', 1, to - from, [[this.at(x, from), 0]], [-bound, bound]);
  }

  override blend(x: Tensor, y: Tensor, rate: number, { from, to }: Range): void {
    const arrays: Rows[] = [
      [this.at(x, from), 0],
      [this.at(y, from), 0],
    ];
    this.pointwise('blend', 1, to - from, arrays, [rate]);
  }

  override sumRows(dy: Tensor, db: Tensor, { from, to }: Range): void {
    const [R, M] = dy.shape;
    this.pointwise('add', R, to - from, [
      [this.at(dy, from), 4 * M],
      [this.at(db, from), 0],
    ]);
  }

  override gather(w: Tensor, indices: Tensor, bias: Tensor, out: Tensor): void {
    const [R, M] = out.shape;
    const arrays: Rows[] = [
      [this.at(w), 4 * M],
      [this.at(bias), 0],
      [this.at(out), 4 * M],
    ];
    this.pointwise('gather', R, M, arrays, [], this.at(indices));
  }

  override scatterAdd(dy: Tensor, indices: Tensor, dw: Tensor, { from, to }: Range): void {
    const [R, M] = dy.shape;
    const arrays: Rows[] = [
      [this.at(dw, from), 4 * M],
      [this.at(dy, from), 4 * M],
    ];
    this.pointwise('scatterAdd', R, to - from, arrays, [], this.at(indices));
  }

  override rnnForward(a: Tensor, h: Tensor): void {
    this.pointwise('rnnForward', 1, a.size, [
      [this.at(a), 0],
      [this.at(h), 0],
    ]);
  }

  override rnnBackward(h: Tensor, dh: Tensor, da: Tensor): void {
    this.pointwise('rnnBackward', 1, h.size, [
      [this.at(h), 0],
      [this.at(dh), 0],
      [this.at(da), 0],
    ]);
  }

  /** The column blocks of x (R, blocks·H), and other arrays (R,H). */
  private blocks(H: number, x: Tensor, blocks: number): Rows[] {
    return Array.from({ length: blocks }, (_, block) => [this.at(x, block * H), 4 * blocks * H]);
  }

  private plain(H: number, ...arrays: readonly Tensor[]): Rows[] {
    return arrays.map((x) => [this.at(x), 4 * H]);
  }

  override lstmForward(a: Tensor, c0: Tensor, c: Tensor, tanhC: Tensor, h: Tensor): void {
    const [R, H] = c0.shape;
    this.pointwise('lstmForward', R, H, [...this.blocks(H, a, 4), ...this.plain(H, c0, c, tanhC, h)]);
  }

  override lstmBackward(gates: Tensor, c0: Tensor, tanhC: Tensor, dh: Tensor, dc: Tensor): void {
    const [R, H] = c0.shape;
    this.pointwise('lstmBackward', R, H, [...this.blocks(H, gates, 4), ...this.plain(H, c0, tanhC, dh, dc)]);
  }

  override gruForward(ax: Tensor, ah: Tensor, h0: Tensor, h: Tensor): void {
    const [R, H] = h0.shape;
    this.pointwise('gruForward', R, H, [...this.blocks(H, ax, 3), ...this.blocks(H, ah, 3), ...this.plain(H, h0, h)]);
  }

  override gruBackward(gates: Tensor, ah: Tensor, h0: Tensor, dh: Tensor, dh0: Tensor): void {
    const [R, H] = h0.shape;
    const arrays = [...this.blocks(H, gates, 3), ...this.blocks(H, ah, 3), ...this.plain(H, h0, dh, dh0)];
    this.pointwise('gruBackward', R, H, arrays);
  }

  override dropout(x: Tensor, out: Tensor, rate: number, [key0, key1]: RandomKey, first: number): void {
    const place = parameterArgument(2, 0);
    this.words[place] = Math.round(rate * 2 ** 32);
    this.numbers[place + 1] = 1 / (1 - rate);
    this.words[place + 2] = key0;
    this.words[place + 3] = key1;
    this.words[place + 4] = first;
    this.pointwise('dropout', 1, x.size, [
      [this.at(x), 0],
      [this.at(out), 0],
    ]);
  }

  override update(w: Tensor, dw: Tensor, m: Tensor, v: Tensor, rule: UpdateRule, { from, to }: Range): void {
    const { learningRate: rate, beta1, beta2, epsilon, correction1, correction2 } = rule;
    const keep = 1 - rule.decay;
    const [weights, gradient, first, second] = [w, dw, m, v].map((x): Rows => [this.at(x, from), 0]);
    const size = to - from;
    const { fround } = Math;
    switch (rule.optimizer) {
      case 'sgd':
        this.pointwise('sgd', 1, size, [weights, gradient, first], [-rate, beta1, keep]);
        break;
      case 'rmsprop': {
        const parameters = [rate, epsilon, keep, beta2, 1 - fround(beta2)];
        this.pointwise('rmsprop', 1, size, [weights, gradient, second], parameters);
        break;
      }
      case 'adagrad':
        this.pointwise('adagrad', 1, size, [weights, gradient, second], [rate, epsilon, keep]);
        break;
      default: {
        const rests = [beta1, 1 - fround(beta1), beta2, 1 - fround(beta2)];
        const scales = [1 / fround(correction1), 1 / fround(correction2)];
        this.pointwise('adam', 1, size, [weights, gradient, first, second], [rate, epsilon, keep, ...rests, ...scales]);
      }
    }
  }
}
