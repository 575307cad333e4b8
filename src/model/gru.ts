// The gated recurrent unit (Cho and others, 2014), in the variant whose reset gate scales the product h·Wh, so that
// there is only one recurrent matrix product.
//
//   ax = x·Wx + b,  ah = h·Wh + bh      three blocks of H columns each: r z n
//   r  = σ(ax + ah)                     reset gate
//   z  = σ(ax + ah)                     update gate: forget and input gate in one
//   n  = tanh(ax + r∘ah)                candidate
//   h' = (1−z)∘n + z∘h
//
// x (N,D); h, h' (N,H); ax, ah (N,3H); Wx (D,3H), Wh (H,3H), b and bh (3H).

import { bias, type Cell, weights } from './cell.js';

export const gru: Cell = {
  blocks: ['r', 'z', 'n'],
  parameters: (D, H, inputs) => [
    weights('Wx', D, 3 * H, inputs),
    weights('Wh', H, 3 * H, H),
    bias('b', 3 * H),
    bias('bh', 3 * H),
  ],
  arrays: { perStep: { ax: 3, ah: 3 }, recurrent: 'ah', gates: 'ax', states: [], shared: ['direct'] },

  forward(k, { Wh, bh }, { h0, h, ax, ah }) {
    k.matmul(h0, Wh, ah, bh ?? 'zero'); // ah = h·Wh + bh
    k.gruForward(ax, ah, h0, h); // ax becomes the gates; h'
  },

  backward(k, { WhTransposed }, { h0, dh, dh0, ax, ah, direct }) {
    k.gruBackward(ax, ah, h0, dh, direct); // the gates become dax, ah becomes dah; z∘dh'
    k.add(direct, dh0); // dh += z∘dh'
    k.matmul(ah, WhTransposed, dh0, 'accumulate'); // dh += dah·Whᵀ
  },
};
