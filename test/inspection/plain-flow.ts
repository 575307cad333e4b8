// A recurrent network in the plainest form, one character at a time, in which a state can be moved.

import type { CellName } from '../../src/options/training-options.js';

/** The element of a state that is moved, and by how much. */
export interface Shift {
  readonly time: number;
  readonly layer: number;
  readonly state: string;
  readonly unit: number;
  readonly by: number;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * Reads all characters but the last, and returns the nats of the last one.
 * @param weights of the parameters by name, row-major
 */
export function plainLoss(
  { cell, layers, hidden: H }: { readonly cell: CellName; readonly layers: number; readonly hidden: number },
  weights: ReadonlyMap<string, ArrayLike<number>>,
  text: readonly number[],
  shift?: Shift,
): number {
  const of = (name: string): ArrayLike<number> => weights.get(name) ?? [];
  /** x·W + b, column j. */
  const product = (x: readonly number[], W: ArrayLike<number>, width: number, j: number): number =>
    x.reduce((sum, value, i) => sum + value * W[i * width + j], 0);
  const h = Array.from({ length: layers }, () => Array<number>(H).fill(0));
  const c = Array.from({ length: layers }, () => Array<number>(H).fill(0));
  const V = of('decoder.b').length;
  const units = Array.from({ length: H }, (_, j) => j);
  for (let t = 0; t < text.length - 1; t++) {
    let x: number[] = Array.from({ length: V }, (_, v) => (v === text[t] ? 1 : 0));
    for (let l = 0; l < layers; l++) {
      const [Wx, Wh, b, bh] = ['Wx', 'Wh', 'b', 'bh'].map((name) => of(`layer${l}.${name}`));
      const before = h[l];
      const fromX = (block: number, j: number): number => product(x, Wx, b.length, block * H + j) + b[block * H + j];
      const fromH = (block: number, j: number): number => product(before, Wh, b.length, block * H + j);
      const moved = (state: string, value: number, j: number): number => {
        const isIt = shift?.time === t && shift.layer === l && shift.state === state && shift.unit === j;
        return isIt ? value + shift.by : value;
      };
      if (cell === 'rnn') h[l] = units.map((j) => Math.tanh(fromX(0, j) + fromH(0, j)));
      if (cell === 'lstm') {
        const [i, f, o, g] = [0, 1, 2, 3].map((block) => units.map((j) => fromX(block, j) + fromH(block, j)));
        c[l] = units.map((j) => moved('c', sigmoid(f[j]) * c[l][j] + sigmoid(i[j]) * Math.tanh(g[j]), j));
        h[l] = units.map((j) => sigmoid(o[j]) * Math.tanh(c[l][j]));
      }
      if (cell === 'gru') {
        h[l] = units.map((j) => {
          const [r, z] = [0, 1].map((block) => sigmoid(fromX(block, j) + fromH(block, j) + bh[block * H + j]));
          const n = Math.tanh(fromX(2, j) + r * (fromH(2, j) + bh[2 * H + j]));
          return (1 - z) * n + z * before[j];
        });
      }
      h[l] = h[l].map((value, j) => moved('h', value, j));
      x = h[l];
    }
  }
  const logits = Array.from(
    { length: V },
    (_, v) => product(h[layers - 1], of('decoder.W'), V, v) + of('decoder.b')[v],
  );
  const high = Math.max(...logits);
  const sum = logits.reduce((total, value) => total + Math.exp(value - high), 0);
  return Math.log(sum) + high - logits[text[text.length - 1]];
}
