// Norms of gradients by states, averaged over positions, as PyTorch's autograd (1.13, float64) computes them for
// two-layer models with fixed weights: the value at flat index i of parameter number p (in the order of
// `parameterShapes`) is 0.7·cos(0.7·i + p) for even p and 0.7·sin(0.7·i + p) for odd p, rounded to float32. The text and
// the positions are those of the program, which prints the rest of the file:
//
//     import torch
//     from torch.nn.functional import cross_entropy
//     torch.set_default_dtype(torch.float64)
//     V, H, K, L, P, M = 7, 5, 6, 2, 4, 40
//     text = (3 * torch.arange(M) ** 2 + torch.arange(M)) % V
//     for cell, G in (("rnn", 1), ("lstm", 4), ("gru", 3)):
//         p = 0
//         def fill(*shape):
//             global p
//             i = torch.arange(float(torch.Size(shape).numel()))
//             w = (0.7 * (torch.cos if p % 2 == 0 else torch.sin)(0.7 * i + p)).float().double().reshape(shape)
//             p += 1
//             return w
//         layers = []
//         for l in range(L):
//             Wx, Wh, b = fill(V if l == 0 else H, G * H), fill(H, G * H), fill(G * H)
//             layers.append((Wx, Wh, b, fill(G * H) if cell == "gru" else None))
//         W, d = fill(H, V), fill(V)
//         sums = {}
//         T, choices = K + 1, M - 2 * (K + 1)
//         for n in range(P):
//             target = 2 * T + int((n + 0.5) * choices / P)
//             h, c, kept = [torch.zeros(H)] * L, [torch.zeros(H)] * L, []
//             for t in range(target - 2 * T, target):
//                 x = torch.eye(V)[text[t]]
//                 for l, (Wx, Wh, b, bh) in enumerate(layers):
//                     if cell == "rnn": h[l] = torch.tanh(x @ Wx + h[l] @ Wh + b)
//                     elif cell == "lstm":
//                         i, f, o, g = (x @ Wx + h[l] @ Wh + b).split(H)
//                         c[l] = f.sigmoid() * c[l] + i.sigmoid() * g.tanh()
//                         c[l].requires_grad_() if not c[l].requires_grad else None
//                         h[l] = o.sigmoid() * c[l].tanh()
//                     else:
//                         (ar, az, an), (hr, hz, hn) = (x @ Wx + b).split(H), (h[l] @ Wh + bh).split(H)
//                         r, z = (ar + hr).sigmoid(), (az + hz).sigmoid()
//                         h[l] = (1 - z) * (an + r * hn).tanh() + z * h[l]
//                     h[l].requires_grad_() if not h[l].requires_grad else None
//                     h[l].retain_grad()
//                     if cell == "lstm": c[l].retain_grad()
//                     x = h[l]
//                 kept.append((list(h), list(c)))
//             cross_entropy((x @ W + d)[None], text[target][None]).backward()
//             for k in range(K + 1):
//                 for l in range(L):
//                     for s, states in zip("hc" if cell == "lstm" else "h", kept[-1 - k]):
//                         sums.setdefault(f"{l}{s}", [0] * T)[k] += states[l].grad.norm().item() / P
//         print(f"  {cell}: {{")
//         for name, norms in sums.items(): print(f"    '{name}': [{', '.join(f'{v:.12g}' for v in norms)}],")
//         print("  },")

import type { CellName } from '../../src/options/training-options.js';

/** By cell; layer and state; distance. */
export const flowConstants: Readonly<Record<CellName, Readonly<Record<string, readonly number[]>>>> = {
  rnn: {
    '0h': [
      0.870358886717, 0.186576411866, 0.149974256561, 0.0719706263791, 0.0260019470931, 0.00445689715202,
      0.00297153809499,
    ],
    '1h': [
      1.01868925203, 0.85569410374, 0.149289552498, 0.0629170371739, 0.0298332559105, 0.0100027652107, 0.00336606395397,
    ],
  },
  lstm: {
    '0h': [
      0.318639114177, 0.0474589193611, 0.0230115401572, 0.0217064923439, 0.0156995069281, 0.0117600013139,
      0.00715248742452,
    ],
    '0c': [
      0.105055591754, 0.056039438847, 0.0354391085792, 0.0152146195046, 0.00884991529988, 0.00692971788936,
      0.00592384103539,
    ],
    '1h': [
      0.990773818181, 0.301000429038, 0.0523804145788, 0.0144691882737, 0.0129163063171, 0.00857876255705,
      0.00715333704938,
    ],
    '1c': [
      0.480192250358, 0.201706520624, 0.119880798255, 0.0741516102712, 0.0495748452757, 0.033665810576, 0.0223520620765,
    ],
  },
  gru: {
    '0h': [
      0.583753771169, 0.562790482373, 0.472513091373, 0.413663932807, 0.355862217323, 0.309528200204, 0.261971183075,
    ],
    '1h': [
      1.01343075664, 0.697957088224, 0.501831452435, 0.353564045191, 0.257895287221, 0.186384305709, 0.134899788707,
    ],
  },
};
