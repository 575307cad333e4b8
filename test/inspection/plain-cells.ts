// The states and gates of a network, step by step in plain loops of double precision.

import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** All values of each layer after each symbol, by the name of the state or gate. */
export function plainValues(
  { model, parameters }: Checkpoint,
  symbols: ArrayLike<number>,
): Record<string, number[]>[][] {
  const { cell, hidden: H, layers } = model;
  const get = (name: string): Float32Array => parameters.find((p) => p.name === name)?.values ?? new Float32Array();
  const states = Array.from({ length: layers }, () => ({
    h: new Array<number>(H).fill(0),
    c: new Array<number>(H).fill(0),
  }));
  return Array.from(symbols, (symbol) => {
    let x: number[] | undefined;
    return states.map((state, l) => {
      const [Wx, Wh, b, bh] = ['Wx', 'Wh', 'b', 'bh'].map((name) => get(`layer${l}.${name}`));
      const M = b.length;
      const input = Array.from(b, (bias, m) =>
        x ? x.reduce((sum, value, k) => sum + value * Wx[k * M + m], bias) : bias + Wx[symbol * M + m],
      );
      const recurrent = Array.from(b, (_, m) =>
        state.h.reduce((sum, value, k) => sum + value * Wh[k * M + m], bh[m] ?? 0),
      );
      const block = (g: number, j: number): number => input[g * H + j] + recurrent[g * H + j];
      const units = (of: (j: number) => number): number[] => Array.from({ length: H }, (_, j) => of(j));
      let values: Record<string, number[]>;
      if (cell === 'rnn') values = { h: units((j) => Math.tanh(block(0, j))) };
      else if (cell === 'lstm') {
        const [i, f, o] = [0, 1, 2].map((g) => units((j) => sigmoid(block(g, j))));
        const g = units((j) => Math.tanh(block(3, j)));
        const c = units((j) => f[j] * state.c[j] + i[j] * g[j]);
        values = { i, f, o, g, c, h: units((j) => o[j] * Math.tanh(c[j])) };
      } else {
        const [r, z] = [0, 1].map((g) => units((j) => sigmoid(block(g, j))));
        const n = units((j) => Math.tanh(input[2 * H + j] + r[j] * recurrent[2 * H + j]));
        values = { r, z, n, h: units((j) => (1 - z[j]) * n[j] + z[j] * state.h[j]) };
      }
      states[l] = { h: values.h, c: values.c ?? state.c };
      x = values.h;
      return values;
    });
  });
}
