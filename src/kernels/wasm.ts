import { CharrnnError } from '../errors.js';
import { formatMemory } from '../format.js';
import type { RandomKey } from '../random.js';
import { kernelModule, newMemory } from './host.js';
import type { Kernels, Range, Start, Tensor, UpdateRule } from './kernels.js';
import type { Plan } from './plan.js';

/** Address of the plan's first element: address 0 is unused, because the kernels take it as 'no array'. */
const BASE = 64;
/** Elements after the plan's end that a kernel may read (and ignores). */
const SLACK = 16;
const PAGE = 65536;
/** Bytes that a 32-bit address can reach. */
export const LARGEST_MEMORY = 65536 * PAGE;
const PANEL = 16;
/** Rows that a weight gradient processes at once: a panel of 256 rows × 16 columns fits the first-level cache. */
export const GRADIENT_ROWS = 256;

/** The functions that the AssemblyScript sources export; arguments are addresses in bytes and counts in elements. */
interface Exports {
  readonly [name: string]: (...values: number[]) => number;
}

const wholePanels = (columns: number): number => Math.ceil(columns / PANEL) * PANEL;

/** Elements in the packed form of a weight matrix (K,M): whole panels of columns. */
export const packedSize = (K: number, M: number): number => K * wholePanels(M);

/** Elements of scratch that a weight gradient (K,M) needs: a block of rows of both operands, rearranged. */
export const scratchSize = (K: number, M: number): number => GRADIENT_ROWS * (K + wholePanels(M));

/** Where element `index` of x is in its memory, in bytes. */
export const byteOf = (x: Tensor, index = 0): number => BASE + 4 * (x.offset + index);

/** Bytes that a plan takes in a WebAssembly memory. */
export const memoryBytes = (plan: Plan): number => BASE + 4 * (plan.size + SLACK);

/**
 * Creates the memory of a plan.
 * @param isShared whether threads must be able to share it
 * @throws CharrnnError if that is impossible
 */
export function createMemory(plan: Plan, isShared = false): WebAssembly.Memory {
  const bytes = memoryBytes(plan);
  if (bytes > LARGEST_MEMORY) {
    const needed = `${formatMemory(bytes)}, WebAssembly offers ${formatMemory(LARGEST_MEMORY)}`;
    throw new CharrnnError(`the model needs ${needed}; use a smaller one`);
  }
  try {
    return newMemory(Math.ceil(bytes / PAGE), isShared);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // V8 reserves addresses around each memory, so that it need not check every access.
    const refused = `the system refuses a WebAssembly memory of ${formatMemory(bytes)} (and 10 GiB of addresses)`;
    throw new CharrnnError(`${refused}; raise ulimit -v, or use a smaller model`);
  }
}

/** SIMD kernels in WebAssembly, float32, with the same bits on every machine. */
export class WasmKernels implements Kernels {
  readonly name: string = 'wasm';
  protected readonly memory: WebAssembly.Memory;
  protected readonly run: Exports;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.run = new WebAssembly.Instance(kernelModule(memory), { env: { memory } }).exports as unknown as Exports;
  }

  /** The address of element `index` of x. */
  protected at(x: Tensor, index = 0): number {
    return byteOf(x, index);
  }

  private floats(x: Tensor): Float32Array {
    return new Float32Array(this.memory.buffer, this.at(x), x.size);
  }

  private integers(x: Tensor): Int32Array {
    return new Int32Array(this.memory.buffer, this.at(x), x.size);
  }

  read(x: Tensor, out = new Float32Array(x.size)): Float32Array {
    out.set(this.floats(x));
    return out;
  }

  write(x: Tensor, values: ArrayLike<number>): void {
    this.floats(x).set(values);
  }

  readIndices(x: Tensor): Int32Array {
    return new Int32Array(this.integers(x));
  }

  writeIndices(x: Tensor, values: ArrayLike<number>): void {
    this.integers(x).set(values);
  }

  zero(x: Tensor): void {
    this.run.zero(this.at(x), x.size);
  }

  copy(x: Tensor, out: Tensor): void {
    this.run.copy(this.at(x), this.at(out), x.size);
  }

  add(x: Tensor, y: Tensor): void {
    this.run.add(this.at(x), this.at(y), x.size);
  }

  scale(x: Tensor, factor: number, { from, to }: Range): void {
    this.run.scale(this.at(x, from), factor, to - from);
  }

  clamp(x: Tensor, bound: number, { from, to }: Range): void {
    this.run.clamp(this.at(x, from), bound, to - from);
  }

  blend(x: Tensor, y: Tensor, rate: number, { from, to }: Range): void {
    this.run.blend(this.at(x, from), this.at(y, from), rate, to - from);
  }

  sum(x: Tensor): number {
    return this.run.sum(this.at(x), x.size);
  }

  sumOfSquares(x: Tensor, block: number, partials: Tensor, { from, to }: Range): void {
    const size = Math.min(block * to, x.size) - block * from;
    if (size > 0) this.run.sumOfSquares(this.at(x, block * from), size, block, this.at(partials, from));
  }

  pack(w: Tensor, packed: Tensor): void {
    const [K, M] = w.shape;
    this.run.pack(this.at(w), M, K, M, this.at(packed));
  }

  /** out (M,K) ← the transpose of w (K,M). */
  protected transpose(w: Tensor, out: Tensor): void {
    const [K, M] = w.shape;
    this.run.transpose(this.at(w), M, K, M, this.at(out), K);
  }

  /** Sets every row of out (R,M) to bias (M). */
  protected fillRows(bias: Tensor, out: Tensor): void {
    const [R, M] = out.shape;
    this.run.fillRows(this.at(bias), this.at(out), R, M);
  }

  packTransposed(w: Tensor, packed: Tensor): void {
    const [M, K] = w.shape;
    for (let m = 0; m < M; m += PANEL) {
      this.run.transpose(this.at(w, m * K), K, Math.min(PANEL, M - m), K, this.at(packed, m * K), PANEL);
    }
  }

  matmul(x: Tensor, packed: Tensor, out: Tensor, start: Start): void {
    const [R, K] = x.shape;
    const M = out.shape[1];
    let from = 0;
    let stride = 0;
    if (start === 'accumulate') {
      from = this.at(out);
      stride = M;
    } else if (start !== 'zero') {
      from = this.at(start);
    }
    this.multiply(this.at(x), this.at(packed), this.at(out), M, R, K, M, from, stride);
  }

  /** out (R,M) = start + x (R,K) · packed (K,M), all by their addresses; rows of out and start are so far apart. */
  protected multiply(
    x: number,
    packed: number,
    out: number,
    outStride: number,
    R: number,
    K: number,
    M: number,
    start: number,
    startStride: number,
  ): void {
    this.run.matmul(x, packed, out, outStride, R, K, M, start, startStride);
  }

  matmulTransposed(x: Tensor, dy: Tensor, dw: Tensor, { from, to }: Range, scratch: Tensor): void {
    const [R, K] = x.shape;
    const M = dy.shape[1];
    const columns = to - from;
    const transposed = this.at(scratch);
    const packed = this.at(scratch, GRADIENT_ROWS * K);
    const out = this.at(dw, from);
    for (let r = 0; r < R; r += GRADIENT_ROWS) {
      const rows = Math.min(GRADIENT_ROWS, R - r);
      this.run.transpose(this.at(x, r * K), K, rows, K, transposed, rows);
      this.run.pack(this.at(dy, r * M + from), M, rows, columns, packed);
      this.multiply(transposed, packed, out, M, K, rows, columns, out, M);
    }
  }

  sumRows(dy: Tensor, db: Tensor, { from, to }: Range): void {
    const [R, M] = dy.shape;
    this.run.sumRows(this.at(dy, from), M, R, to - from, this.at(db, from));
  }

  gather(w: Tensor, indices: Tensor, bias: Tensor, out: Tensor): void {
    const [R, M] = out.shape;
    this.run.gather(this.at(w), this.at(indices), this.at(bias), this.at(out), R, M);
  }

  scatterAdd(dy: Tensor, indices: Tensor, dw: Tensor, { from, to }: Range): void {
    const [R, M] = dy.shape;
    this.run.scatterAdd(this.at(dy, from), this.at(indices), this.at(dw, from), R, M, to - from);
  }

  rnnForward(a: Tensor, h: Tensor): void {
    this.run.tanhAll(this.at(a), this.at(h), a.size);
  }

  rnnBackward(h: Tensor, dh: Tensor, da: Tensor): void {
    this.run.rnnBackward(this.at(h), this.at(dh), this.at(da), h.size);
  }

  lstmForward(a: Tensor, c0: Tensor, c: Tensor, tanhC: Tensor, h: Tensor): void {
    const [R, H] = c0.shape;
    this.run.lstmForward(this.at(a), this.at(c0), this.at(c), this.at(tanhC), this.at(h), R, H);
  }

  lstmBackward(gates: Tensor, c0: Tensor, tanhC: Tensor, dh: Tensor, dc: Tensor): void {
    const [R, H] = c0.shape;
    this.run.lstmBackward(this.at(gates), this.at(c0), this.at(tanhC), this.at(dh), this.at(dc), R, H);
  }

  gruForward(ax: Tensor, ah: Tensor, h0: Tensor, h: Tensor): void {
    const [R, H] = h0.shape;
    this.run.gruForward(this.at(ax), this.at(ah), this.at(h0), this.at(h), R, H);
  }

  gruBackward(gates: Tensor, ah: Tensor, h0: Tensor, dh: Tensor, dh0: Tensor): void {
    const [R, H] = h0.shape;
    this.run.gruBackward(this.at(gates), this.at(ah), this.at(h0), this.at(dh), this.at(dh0), R, H);
  }

  dropout(x: Tensor, out: Tensor, rate: number, [key0, key1]: RandomKey, first: number): void {
    const threshold = Math.round(rate * 2 ** 32);
    this.run.dropout(this.at(x), this.at(out), x.size, threshold, 1 / (1 - rate), key0, key1, first);
  }

  crossEntropy(logits: Tensor, targets: Tensor, losses: Tensor, scale: number): void {
    const [R, V] = logits.shape;
    this.run.crossEntropy(this.at(logits), this.at(targets), this.at(losses), R, V, scale);
  }

  update(w: Tensor, dw: Tensor, m: Tensor, v: Tensor, rule: UpdateRule, { from, to }: Range): void {
    const [weights, gradient, first, second] = [w, dw, m, v].map((x) => this.at(x, from));
    const size = to - from;
    const keep = 1 - rule.decay;
    const { learningRate, beta1, beta2, epsilon, correction1, correction2 } = rule;
    switch (rule.optimizer) {
      case 'sgd':
        this.run.sgd(weights, gradient, first, size, learningRate, beta1, keep);
        break;
      case 'rmsprop':
        this.run.rmsprop(weights, gradient, second, size, learningRate, beta2, epsilon, keep);
        break;
      case 'adagrad':
        this.run.adagrad(weights, gradient, second, size, learningRate, epsilon, keep);
        break;
      default: {
        const betas = [beta1, beta2, epsilon, correction1, correction2, keep];
        this.run.adam(weights, gradient, first, second, size, learningRate, ...betas);
      }
    }
  }
}
