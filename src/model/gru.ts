// The gated recurrent unit (Cho and others, 2014), in the variant whose reset gate scales the product h·Wh, so that
// the recurrent product stays one matrix product.
//
//   ax = x·Wx + b,  ah = h·Wh + bh      three blocks of H columns each: r z n
//   r  = σ(ax + ah)                     reset gate
//   z  = σ(ax + ah)                     update gate: forget and input gate in one
//   n  = tanh(ax + r∘ah)                candidate
//   h' = (1−z)∘n + z∘h
//
// x (N,D); h, h' (N,H); ax, ah (N,3H); Wx (D,3H), Wh (H,3H), b and bh (3H).

import { type Cell, type CellMemory, stepRows, times } from './cell.js';

export const gru: Cell = {
  gates: 3,
  states: ['h'],
  parameters: (D, H) => [
    { name: 'Wx', shape: [D, 3 * H] },
    { name: 'Wh', shape: [H, 3 * H] },
    { name: 'b', shape: [3 * H] },
    { name: 'bh', shape: [3 * H] },
  ],

  layOut(plan, name, { N, T, H }, hidden) {
    const a = plan.tensor(`${name}.ax`, T * N, 3 * H);
    const ah = plan.tensor(`${name}.ah`, T * N, 3 * H);
    const direct = plan.tensor(`${name}.direct`, N, H);
    const steps: CellMemory['steps'] = (streams) => {
      const through = stepRows(direct, 0, N, streams);
      return times(T, (t) => {
        const ax = stepRows(a, t, N, streams);
        const product = stepRows(ah, t, N, streams);
        const h0 = stepRows(hidden.h, t, N, streams);
        const h = stepRows(hidden.h, t + 1, N, streams);
        const dh = stepRows(hidden.dh, t, N, streams);
        const dh0 = t > 0 ? stepRows(hidden.dh, t - 1, N, streams) : stepRows(hidden.dh0, 0, N, streams);
        return {
          forward(k, { Wh, bh }) {
            k.matmul(h0, Wh, product, bh ?? 'zero'); // ah = h·Wh + bh
            k.gruForward(ax, product, h0, h); // ax becomes the gates; h'
          },
          backward(k, { WhTransposed }) {
            k.gruBackward(ax, product, h0, dh, through); // the gates become dax, ah becomes dah; z∘dh'
            k.add(through, dh0); // dh += z∘dh'
            k.matmul(product, WhTransposed, dh0, 'accumulate'); // dh += dah·Whᵀ
          },
        };
      });
    };
    return { a, dah: ah, states: [], steps };
  },
};
