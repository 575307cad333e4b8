// The states and gates of a network, step by step in plain loops of double precision.

import type { Checkpoint } from '../../src/checkpoint/checkpoint.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Returns what a unit of a state is taken to be after it was computed. */
export type Move = (time: number, layer: number, state: string, unit: number, value: number) => number;

/** All values of each layer after each symbol, by the name of the state or gate. */
export function plainValues(
  { model, parameters }: Pick<Checkpoint, 'model' | 'parameters'>,
  symbols: ArrayLike<number>,
  move: Move = (_time, _layer, _state, _unit, value) => value,
): Record<string, number[]>[][] {
  const { cell, hidden: H, layers } = model;
  const get = (name: string): Float32Array => parameters.find((p) => p.name === name)?.values ?? new Float32Array();
  const states = Array.from({ length: layers }, () => ({
    h: new Array<number>(H).fill(0),
    c: new Array<number>(H).fill(0),
  }));
  return Array.from(symbols, (symbol, t) => {
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
        const c = units((j) => move(t, l, 'c', j, f[j] * state.c[j] + i[j] * g[j]));
        values = { i, f, o, g, c, h: units((j) => o[j] * Math.tanh(c[j])) };
      } else {
        const [r, z] = [0, 1].map((g) => units((j) => sigmoid(block(g, j))));
        const n = units((j) => Math.tanh(input[2 * H + j] + r[j] * recurrent[2 * H + j]));
        values = { r, z, n, h: units((j) => (1 - z[j]) * n[j] + z[j] * state.h[j]) };
      }
      values.h = values.h.map((value, j) => move(t, l, 'h', j, value));
      states[l] = { h: values.h, c: values.c ?? state.c };
      x = values.h;
      return values;
    });
  });
}

/** The nats of the last symbol after the others. */
export function plainLoss(
  checkpoint: Pick<Checkpoint, 'model' | 'parameters'>,
  symbols: readonly number[],
  move?: Move,
): number {
  const { layers } = checkpoint.model;
  const { h } = plainValues(checkpoint, symbols.slice(0, -1), move)[symbols.length - 2][layers - 1];
  const [W, b] = ['W', 'b'].map(
    (name) => checkpoint.parameters.find((p) => p.name === `decoder.${name}`)?.values ?? [],
  );
  const logits = Array.from(b, (bias, v) => h.reduce((sum, value, j) => sum + value * W[j * b.length + v], bias));
  const high = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - high), 0);
  return Math.log(sum) + high - logits[symbols[symbols.length - 1]];
}
