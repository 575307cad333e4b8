// The vanilla RNN.
//
//   h' = tanh(x·Wx + h·Wh + b)
//
// x (N,D), h and h' (N,H), Wx (D,H), Wh (H,H), b (H).

import { bias, type Cell, weights } from './cell.js';

export const rnn: Cell = {
  blocks: ['a'],
  parameters: (D, H, inputs) => [weights('Wx', D, H, inputs), weights('Wh', H, H, H), bias('b', H)],
  arrays: { perStep: { a: 1 }, recurrent: 'a', states: [], shared: [] },

  forward(k, { Wh }, { h0, h, a }) {
    k.matmul(h0, Wh, a, 'accumulate'); // a = x·Wx + b + h·Wh
    k.rnnForward(a, h); // h' = tanh(a)
  },

  backward(k, { WhTransposed }, { h, dh, dh0, a }) {
    k.rnnBackward(h, dh, a); // da = (1 − h'²)∘dh'
    k.matmul(a, WhTransposed, dh0, 'accumulate'); // dh += da·Whᵀ
  },
};
