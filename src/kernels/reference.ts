import { type RandomKey, randomBits } from '../random.js';
import type { Kernels, Range, Start, Tensor, UpdateRule } from './kernels.js';
import type { Plan } from './plan.js';

/**
 * Numbers next to zero become zero, in all backends: some processors compute many times more slowly with denormals. The
 * bound is far below what training can feel, and products of what remains are no denormals.
 */
const TINY = 2 ** -58;
const flush = (x: number, bound = TINY): number => (Math.abs(x) < bound ? 0 : x);
const sigmoid = (x: number): number => flush(1 / (1 + Math.exp(-x)));

/**
 * The specification of the kernels: plain loops over a float32 or float64 array, one element at a time, nothing packed.
 * Used by the tests and the gradient check; no training result depends on it.
 */
export class ReferenceKernels implements Kernels {
  readonly name: string;
  private readonly data: Float32Array | Float64Array;

  constructor(plan: Plan, precision: 'float32' | 'float64') {
    this.name = `reference ${precision}`;
    this.data = precision === 'float64' ? new Float64Array(plan.size) : new Float32Array(plan.size);
  }

  private view(x: Tensor): Float32Array | Float64Array {
    return this.data.subarray(x.offset, x.offset + x.size);
  }

  read(x: Tensor, out?: Float32Array): Float32Array | Float64Array {
    if (!out) return this.data.slice(x.offset, x.offset + x.size);
    out.set(this.view(x));
    return out;
  }

  write(x: Tensor, values: ArrayLike<number>): void {
    this.view(x).set(values);
  }

  readIndices(x: Tensor): Int32Array {
    return Int32Array.from(this.view(x));
  }

  writeIndices(x: Tensor, values: ArrayLike<number>): void {
    this.view(x).set(values);
  }

  zero(x: Tensor): void {
    this.view(x).fill(0);
  }

  copy(x: Tensor, out: Tensor): void {
    this.view(out).set(this.view(x));
  }

  add(x: Tensor, y: Tensor): void {
    const [from, to] = [this.view(x), this.view(y)];
    for (let i = 0; i < x.size; i++) to[i] += from[i];
  }

  scale(x: Tensor, factor: number, { from, to }: Range): void {
    const values = this.view(x);
    for (let i = from; i < to; i++) values[i] = flush(values[i] * factor);
  }

  clamp(x: Tensor, bound: number, { from, to }: Range): void {
    const values = this.view(x);
    for (let i = from; i < to; i++) values[i] = Math.min(Math.max(values[i], -bound), bound);
  }

  blend(x: Tensor, y: Tensor, rate: number, { from, to }: Range): void {
    const [values, means] = [this.view(x), this.view(y)];
    for (let i = from; i < to; i++) means[i] += rate * (values[i] - means[i]);
  }

  sum(x: Tensor): number {
    let sum = 0;
    for (const value of this.view(x)) sum += value;
    return sum;
  }

  sumOfSquares(x: Tensor, block: number, partials: Tensor, { from, to }: Range): void {
    const [values, sums] = [this.view(x), this.view(partials)];
    for (let b = from; b < to; b++) {
      let sum = 0;
      for (const value of values.subarray(block * b, block * (b + 1))) sum += value * value;
      sums[b] = sum;
    }
  }

  pack(w: Tensor, packed: Tensor): void {
    this.copy(w, packed);
  }

  packTransposed(w: Tensor, packed: Tensor): void {
    const [M, K] = w.shape;
    const [from, to] = [this.view(w), this.view(packed)];
    for (let k = 0; k < K; k++) for (let m = 0; m < M; m++) to[k * M + m] = from[m * K + k];
  }

  matmul(x: Tensor, packed: Tensor, out: Tensor, start: Start): void {
    const [R, K] = x.shape;
    const M = out.shape[1];
    const [left, right, result] = [this.view(x), this.view(packed), this.view(out)];
    const bias = typeof start === 'object' ? this.view(start) : undefined;
    for (let r = 0; r < R; r++) {
      for (let m = 0; m < M; m++) {
        let sum = bias ? bias[m] : start === 'accumulate' ? result[r * M + m] : 0;
        for (let k = 0; k < K; k++) sum += left[r * K + k] * right[k * M + m];
        result[r * M + m] = sum;
      }
    }
  }

  matmulTransposed(x: Tensor, dy: Tensor, dw: Tensor, columns: Range): void {
    const [R, K] = x.shape;
    const M = dy.shape[1];
    const [left, right, result] = [this.view(x), this.view(dy), this.view(dw)];
    for (let k = 0; k < K; k++) {
      for (let m = columns.from; m < columns.to; m++) {
        let sum = result[k * M + m];
        for (let r = 0; r < R; r++) sum += left[r * K + k] * right[r * M + m];
        result[k * M + m] = sum;
      }
    }
  }

  sumRows(dy: Tensor, db: Tensor, columns: Range): void {
    const [R, M] = dy.shape;
    const [from, to] = [this.view(dy), this.view(db)];
    for (let m = columns.from; m < columns.to; m++) {
      let sum = to[m];
      for (let r = 0; r < R; r++) sum += from[r * M + m];
      to[m] = sum;
    }
  }

  gather(w: Tensor, indices: Tensor, bias: Tensor, out: Tensor): void {
    const [R, M] = out.shape;
    const [from, at, b, to] = [this.view(w), this.view(indices), this.view(bias), this.view(out)];
    for (let r = 0; r < R; r++) for (let m = 0; m < M; m++) to[r * M + m] = from[at[r] * M + m] + b[m];
  }

  scatterAdd(dy: Tensor, indices: Tensor, dw: Tensor, columns: Range): void {
    const [R, M] = dy.shape;
    const [from, at, to] = [this.view(dy), this.view(indices), this.view(dw)];
    for (let r = 0; r < R; r++) {
      for (let m = columns.from; m < columns.to; m++) to[at[r] * M + m] += from[r * M + m];
    }
  }

  rnnForward(a: Tensor, h: Tensor): void {
    const [from, to] = [this.view(a), this.view(h)];
    for (let i = 0; i < a.size; i++) to[i] = Math.tanh(from[i]);
  }

  rnnBackward(h: Tensor, dh: Tensor, da: Tensor): void {
    const [y, dy, to] = [this.view(h), this.view(dh), this.view(da)];
    for (let i = 0; i < h.size; i++) to[i] = flush((1 - y[i] * y[i]) * dy[i]);
  }

  lstmForward(a: Tensor, c0: Tensor, c: Tensor, tanhC: Tensor, h: Tensor): void {
    const [R, H] = c0.shape;
    const [gates, before, after, squashed, out] = [a, c0, c, tanhC, h].map((x) => this.view(x));
    for (let r = 0; r < R; r++) {
      for (let j = 0; j < H; j++) {
        const at = r * H + j;
        const gate = r * 4 * H + j;
        const i = sigmoid(gates[gate]);
        const f = sigmoid(gates[gate + H]);
        const o = sigmoid(gates[gate + 2 * H]);
        const g = Math.tanh(gates[gate + 3 * H]);
        after[at] = flush(f * before[at] + i * g);
        squashed[at] = Math.tanh(after[at]);
        out[at] = flush(o * squashed[at]);
        gates[gate] = i;
        gates[gate + H] = f;
        gates[gate + 2 * H] = o;
        gates[gate + 3 * H] = g;
      }
    }
  }

  lstmBackward(gates: Tensor, c0: Tensor, tanhC: Tensor, dh: Tensor, dc: Tensor): void {
    const [R, H] = c0.shape;
    const [a, before, squashed, upstream, carried] = [gates, c0, tanhC, dh, dc].map((x) => this.view(x));
    for (let r = 0; r < R; r++) {
      for (let j = 0; j < H; j++) {
        const at = r * H + j;
        const gate = r * 4 * H + j;
        const [i, f, o, g] = [a[gate], a[gate + H], a[gate + 2 * H], a[gate + 3 * H]];
        const y = squashed[at];
        // h = o∘tanh(c)
        const d = carried[at] + upstream[at] * o * (1 - y * y);
        const dout = upstream[at] * y;
        // c = f∘c0 + i∘g
        carried[at] = flush(d * f);
        a[gate] = flush(d * g * i * (1 - i));
        a[gate + H] = flush(d * before[at] * f * (1 - f));
        a[gate + 2 * H] = flush(dout * o * (1 - o));
        a[gate + 3 * H] = flush(d * i * (1 - g * g));
      }
    }
  }

  gruForward(ax: Tensor, ah: Tensor, h0: Tensor, h: Tensor): void {
    const [R, H] = h0.shape;
    const [gates, product, before, out] = [ax, ah, h0, h].map((x) => this.view(x));
    for (let row = 0; row < R; row++) {
      for (let j = 0; j < H; j++) {
        const at = row * H + j;
        const gate = row * 3 * H + j;
        const r = sigmoid(gates[gate] + product[gate]);
        const z = sigmoid(gates[gate + H] + product[gate + H]);
        const n = Math.tanh(gates[gate + 2 * H] + r * product[gate + 2 * H]);
        out[at] = flush((1 - z) * n + z * before[at]);
        gates[gate] = r;
        gates[gate + H] = z;
        gates[gate + 2 * H] = n;
      }
    }
  }

  gruBackward(gates: Tensor, ah: Tensor, h0: Tensor, dh: Tensor, dh0: Tensor): void {
    const [R, H] = h0.shape;
    const [a, product, before, upstream, direct] = [gates, ah, h0, dh, dh0].map((x) => this.view(x));
    for (let row = 0; row < R; row++) {
      for (let j = 0; j < H; j++) {
        const at = row * H + j;
        const gate = row * 3 * H + j;
        const [r, z, n] = [a[gate], a[gate + H], a[gate + 2 * H]];
        // h = (1−z)∘n + z∘h0
        const dn = flush(upstream[at] * (1 - z) * (1 - n * n));
        const dz = flush(upstream[at] * (before[at] - n) * z * (1 - z));
        direct[at] = flush(upstream[at] * z);
        // n = tanh(ax + r∘ah)
        const dr = flush(dn * product[gate + 2 * H] * r * (1 - r));
        a[gate] = dr;
        a[gate + H] = dz;
        a[gate + 2 * H] = dn;
        product[gate] = dr;
        product[gate + H] = dz;
        product[gate + 2 * H] = flush(dn * r);
      }
    }
  }

  dropout(x: Tensor, out: Tensor, rate: number, key: RandomKey, first: number): void {
    const [from, to] = [this.view(x), this.view(out)];
    const threshold = Math.round(rate * 2 ** 32);
    for (let i = 0; i < x.size; i++) to[i] = randomBits(key, first + i) >= threshold ? from[i] / (1 - rate) : 0;
  }

  crossEntropy(logits: Tensor, targets: Tensor, losses: Tensor, scale: number): void {
    const [R, V] = logits.shape;
    const [all, at, loss] = [this.view(logits), this.view(targets), this.view(losses)];
    for (let r = 0; r < R; r++) {
      const row = all.subarray(r * V, (r + 1) * V);
      const target = at[r];
      loss[r] = 0;
      if (target < 0) {
        row.fill(0);
        continue;
      }
      let high = row[0];
      for (const value of row) high = Math.max(high, value);
      let sum = 0;
      for (const value of row) sum += flush(Math.exp(value - high));
      loss[r] = Math.log(sum) + high - row[target];
      for (let v = 0; v < V; v++) row[v] = (flush(Math.exp(row[v] - high)) / sum - (v === target ? 1 : 0)) * scale;
    }
  }

  update(w: Tensor, dw: Tensor, m: Tensor, v: Tensor, rule: UpdateRule, { from, to }: Range): void {
    const [weights, gradient, first, second] = [w, dw, m, v].map((x) => this.view(x));
    const { optimizer, learningRate, decay, beta1, beta2, epsilon, correction1, correction2 } = rule;
    for (let i = from; i < to; i++) {
      const d = optimizer === 'sgd' ? gradient[i] : flush(gradient[i]);
      let step = d;
      let scale = 1;
      if (optimizer === 'sgd') {
        first[i] = flush(beta1 * first[i] + d);
        step = first[i];
      } else if (optimizer === 'rmsprop') {
        second[i] = flush(beta2 * second[i] + (1 - beta2) * d * d, TINY * TINY);
        scale = Math.sqrt(second[i]) + epsilon;
      } else if (optimizer === 'adagrad') {
        second[i] += d * d;
        scale = Math.sqrt(second[i]) + epsilon;
      } else {
        first[i] = flush(beta1 * first[i] + (1 - beta1) * d);
        second[i] = flush(beta2 * second[i] + (1 - beta2) * d * d, TINY * TINY);
        step = first[i] / correction1;
        scale = Math.sqrt(second[i] / correction2) + epsilon;
      }
      weights[i] = (1 - decay) * weights[i] - (learningRate * step) / scale;
    }
  }
}
