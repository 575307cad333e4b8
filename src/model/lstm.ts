// The long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate: Gers and others, 2000).
//
//   a  = x·Wx + h·Wh + b        four blocks of H columns: i f o g
//   i, f, o = σ(a)              input, forget and output gate
//   g  = tanh(a)                candidate
//   c' = f∘c + i∘g              the cell state: a sum, through which the gradient passes undiminished
//   h' = o∘tanh(c')
//
// x (N,D); h, c, h', c' (N,H); a (N,4H); Wx (D,4H), Wh (H,4H), b (4H).

import { type Cell, type CellMemory, stepRows, times } from './cell.js';

export const lstm: Cell = {
  gates: 4,
  states: ['h', 'c'],
  parameters: (D, H) => [
    { name: 'Wx', shape: [D, 4 * H] },
    { name: 'Wh', shape: [H, 4 * H] },
    { name: 'b', shape: [4 * H] },
  ],

  layOut(plan, name, { N, T, H }, hidden) {
    const a = plan.tensor(`${name}.a`, T * N, 4 * H);
    const c = plan.tensor(`${name}.c`, T + 1, N, H);
    const tanhC = plan.tensor(`${name}.tanhC`, T, N, H);
    const dc = plan.tensor(`${name}.dc`, N, H);
    const steps: CellMemory['steps'] = (streams) => {
      const d = stepRows(dc, 0, N, streams); // dc' on entry to each step, dc behind it
      return times(T, (t) => {
        const at = stepRows(a, t, N, streams);
        const h0 = stepRows(hidden.h, t, N, streams);
        const h = stepRows(hidden.h, t + 1, N, streams);
        const c0 = stepRows(c, t, N, streams);
        const c1 = stepRows(c, t + 1, N, streams);
        const y = stepRows(tanhC, t, N, streams);
        const dh = stepRows(hidden.dh, t, N, streams);
        const dh0 = t > 0 ? stepRows(hidden.dh, t - 1, N, streams) : stepRows(hidden.dh0, 0, N, streams);
        return {
          forward(k, { Wh }) {
            k.matmul(h0, Wh, at, 'accumulate'); // a = x·Wx + b + h·Wh
            k.lstmForward(at, c0, c1, y, h); // a becomes the gates; c', tanh(c'), h'
          },
          backward(k, { WhTransposed }) {
            k.lstmBackward(at, c0, y, dh, d); // the gates become da; dc' becomes dc
            k.matmul(at, WhTransposed, dh0, 'accumulate'); // dh += da·Whᵀ
          },
        };
      });
    };
    return { a, dah: a, states: [{ name: 'c', values: c, gradient: dc }], steps };
  },
};
