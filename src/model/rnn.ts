// The vanilla RNN.
//
//   h' = tanh(x·Wx + h·Wh + b)
//
// x (N,D), h and h' (N,H), Wx (D,H), Wh (H,H), b (H).

import { type Cell, type CellMemory, stepRows, times } from './cell.js';

export const rnn: Cell = {
  gates: 1,
  states: ['h'],
  parameters: (D, H) => [
    { name: 'Wx', shape: [D, H] },
    { name: 'Wh', shape: [H, H] },
    { name: 'b', shape: [H] },
  ],

  layOut(plan, name, { N, T, H }, hidden) {
    const a = plan.tensor(`${name}.a`, T * N, H);
    const steps: CellMemory['steps'] = (streams) =>
      times(T, (t) => {
        const at = stepRows(a, t, N, streams);
        const h0 = stepRows(hidden.h, t, N, streams);
        const h = stepRows(hidden.h, t + 1, N, streams);
        const dh = stepRows(hidden.dh, t, N, streams);
        const dh0 = t > 0 ? stepRows(hidden.dh, t - 1, N, streams) : stepRows(hidden.dh0, 0, N, streams);
        return {
          forward(k, { Wh }) {
            k.matmul(h0, Wh, at, 'accumulate'); // a = x·Wx + b + h·Wh
            k.rnnForward(at, h); // h' = tanh(a)
          },
          backward(k, { WhTransposed }) {
            k.rnnBackward(h, dh, at); // da = (1 − h'²)∘dh'
            k.matmul(at, WhTransposed, dh0, 'accumulate'); // dh += da·Whᵀ
          },
        };
      });
    return { a, dah: a, states: [], steps };
  },
};
