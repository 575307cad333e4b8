// The long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate: Gers and others, 2000).
//
//   a  = x·Wx + h·Wh + b        four blocks of H columns: i f o g
//   i, f, o = σ(a)              input, forget and output gate
//   g  = tanh(a)                candidate
//   c' = f∘c + i∘g              the cell state: a sum, through which the gradient passes undiminished
//   h' = o∘tanh(c')
//
// x (N,D); h, c, h', c' (N,H); a (N,4H); Wx (D,4H), Wh (H,4H), b (4H).

import { bias, type Cell, weights } from './cell.js';

/** Initial bias of the forget gate: the state is kept until training learns to forget (Jozefowicz and others, 2015). */
const FORGET_BIAS = 1;

export const lstm: Cell = {
  blocks: ['i', 'f', 'o', 'g'],
  parameters: (D, H, inputs) => [
    weights('Wx', D, 4 * H, inputs),
    weights('Wh', H, 4 * H, H),
    bias('b', 4 * H, (b) => b.fill(FORGET_BIAS, H, 2 * H)),
  ],
  // dc holds dc' before a backward step, and dc after it.
  arrays: { perStep: { a: 4, tanhC: 1 }, recurrent: 'a', gates: 'a', states: ['c'], shared: ['dc'] },

  forward(k, { Wh }, { h0, h, a, c0, c, tanhC }) {
    k.matmul(h0, Wh, a, 'accumulate'); // a = x·Wx + b + h·Wh
    k.lstmForward(a, c0, c, tanhC, h); // a becomes the gates; c', tanh(c'), h'
  },

  backward(k, { WhTransposed }, { dh, dh0, a, c0, tanhC, dc }) {
    k.lstmBackward(a, c0, tanhC, dh, dc); // the gates become da; dc' becomes dc
    k.matmul(a, WhTransposed, dh0, 'accumulate'); // dh += da·Whᵀ
  },
};
